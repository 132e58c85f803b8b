#!/usr/bin/env bash
# Installs Debian's Chromium for the browser tests, and prints the path of the program. Needs root if it is missing.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
    if command -v "$name"; then exit 0; fi
done
die() {
    echo "$1" >&2
    exit 1
}
command -v apt-get >/dev/null || die "this machine has no Chromium and no apt-get"
[ "$(id -u)" = 0 ] || die "this machine has no Chromium, and only root can install it"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Another process can hold the locks of apt, for example the one that installs PostgreSQL.
for attempt in 1 2 3 4 5; do
    if { apt-get update && apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends chromium; } \
        >"$log" 2>&1; then
        command -v chromium
        exit 0
    fi
    sleep "$((attempt * 3))"
done
tail -n 5 "$log" >&2
die "apt-get could not install chromium"

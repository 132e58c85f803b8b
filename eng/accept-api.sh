#!/usr/bin/env bash
# Accepts a deliberate change of the public surface: writes what the compiler reports (RS0016 new, RS0017 gone) into PublicAPI.Unshipped.txt.
# usage: eng/accept-api.sh [src/PROJECT/ ...]   (then read the diff: it is the API review)
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- src/*/
for project in "$@"; do
  file=$project/PublicAPI.Unshipped.txt
  for _ in 1 2 3; do  # one build reports at most what its analysers reached
    log=$(dotnet build "$project" --no-incremental -p:TreatWarningsAsErrors=false -p:WarningsNotAsErrors=RS0016%3BRS0017 2>&1 || true)
    log=$(grep -F "/$(basename "$project").csproj]" <<<"$log" || true)  # what the projects it refers to report is theirs
    added=$(sed -nE "s/.*RS0016: Symbol '(.*)' is not part of the declared public API.*/\1/p" <<<"$log" | sort -u)
    gone=$(sed -nE "s/.*RS0017: Symbol '(.*)' is part of the declared API, but.*/\1/p" <<<"$log" | sort -u)
    [ -n "$added$gone" ] || break
    { echo '#nullable enable'; { grep -v '^#nullable' "$file" | grep -vxF -f <(printf '%s\n' "$gone" | grep . || echo '# none') ; printf '%s\n' "$added"; } | grep . | LC_ALL=C sort -u; } > "$file.new"
    mv "$file.new" "$file"
  done
done
git --no-pager diff --stat -- 'src/*/PublicAPI.Unshipped.txt'

#!/usr/bin/env bash
# Accepts an intended change of the public API: updates PublicAPI.Unshipped.txt with the additions (RS0016) and removals
# (RS0017) that the compiler reports.
# usage: eng/accept-api.sh [src/PROJECT/ ...]   (then review the diff, which is the change of the API)
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- src/*/
for project in "$@"; do
  file=$project/PublicAPI.Unshipped.txt
  for _ in 1 2 3; do  # one build may not report all symbols
    log=$(dotnet build "$project" --no-incremental -p:TreatWarningsAsErrors=false \
      -p:WarningsNotAsErrors=RS0016%3BRS0017 2>&1 || true)
    log=$(grep -F "/$(basename "$project").csproj]" <<<"$log" || true)  # without messages of referenced projects
    added=$(sed -nE "s/.*RS0016: Symbol '(.*)' is not part of the declared public API.*/\1/p" <<<"$log" | sort -u)
    gone=$(sed -nE "s/.*RS0017: Symbol '(.*)' is part of the declared API, but.*/\1/p" <<<"$log" | sort -u)
    [ -n "$added$gone" ] || break
    {
      echo '#nullable enable'
      {
        { grep -v '^#nullable' "$file" || true; } | grep -vxF -f <(printf '%s\n' "$gone" | grep . || echo '# none') || true
        printf '%s\n' "$added"
      } | grep . | LC_ALL=C sort -u
    } > "$file.new"
    mv "$file.new" "$file"
  done
done
git --no-pager diff --stat -- 'src/*/PublicAPI.Unshipped.txt'

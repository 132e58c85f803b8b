#!/bin/sh
# Damages the SQL package in one place at a time (a policy dropped, a check taken out, a grant added) and runs the behavioural tests against it.
# Prints every damage with the test that noticed it, the survivors, and the score; writes benchmarks/results/sql-mutants.json after a full run.
# Asks first whoever noticed a damage the last time: tests/CallIntel.Sdk.IntegrationTests/Mutation/killers.txt, which it keeps. Commit that file with the figures.
#   tests/mutate-sql.sh                    all of them
#   tests/mutate-sql.sh --shard=1/8        every eighth
#   tests/mutate-sql.sh --only='begin_session|contacts'   those with one of these in their name
#   --survivors=benchmarks/results/sql-mutants.json   those that survived the full run of these figures, as long as sql/ is the same; brings the figures up to date
#   --classes=A,B  asks these test classes and nothing else: quicker, and what survives may not survive all of them
#   --minutes=N    stop after so many; what is left out is a bit of everything
#   --workers=N    that many at a time; default: one a processor
set -eu
cd "$(dirname "$0")/.."
project=tests/CallIntel.Sdk.IntegrationTests
dotnet build "$project" -v q
if [ $# -eq 0 ]; then
    set -- --json=benchmarks/results/sql-mutants.json
fi
exec dotnet run --project "$project" --no-build -- mutate-sql "$@"

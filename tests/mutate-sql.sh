#!/bin/sh
# Mutation testing of the SQL package: changes it in one place at a time (drops a policy, removes a check, adds a grant)
# and runs the behavioral tests on it. Prints every mutant with the test that killed it, the survivors and the score. A
# full run writes benchmarks/results/sql-mutants.json.
# Tries the test first that killed a mutant in the last run, then only the classes that call the function of the mutant.
# Results and coverage are stored in tests/CallIntel.Sdk.IntegrationTests/Mutation/past-results.txt and coverage.txt;
# commit them together with the figures.
#   tests/mutate-sql.sh                    run all mutants
#   --continue                             run only mutants without a result, or whose function has changed since;
#                                          the figures contain the earlier results of the others
#   --coverage                             run each class once on the original package and write coverage.txt
#   --shard=1/8                            run every eighth mutant
#   --only='begin_session|contacts'        run the mutants whose name contains one of these texts
#   --survivors=benchmarks/results/sql-mutants.json
#                                          run the survivors of a full run again and update its figures; sql/ must not
#                                          have changed since
#   --classes=A,B                          run only these test classes, which is faster but may kill fewer mutants
#   --minutes=N                            stop after N minutes; the mutants that were tried are of all kinds
#   --workers=N                            run N mutants at a time; default: the number of processors
set -eu
cd "$(dirname "$0")/.."
project=tests/CallIntel.Sdk.IntegrationTests
dotnet build "$project" -v q
if [ $# -eq 0 ]; then
    set -- --json=benchmarks/results/sql-mutants.json
fi
exec dotnet run --project "$project" --no-build -- mutate-sql "$@"

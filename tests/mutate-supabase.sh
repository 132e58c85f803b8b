#!/bin/sh
# Mutation testing of sql/supabase: changes its files in one place at a time and runs the tests of the Supabase mode.
# Prints the mutants that survived. Each mutant takes half a minute. With a number as its argument it begins with the
# mutant of that number. The files are restored afterwards. mutate-sql.sh tests the rest of the SQL package.
set -eu
cd "$(dirname "$0")/.."
tests=tests/CallIntel.Sdk.IntegrationTests folder=sql/supabase log=$(mktemp) survived=0 all=0 from=${1:-1}
[ -z "$(git status --porcelain $folder)" ] || { echo "$folder has uncommitted changes" >&2; exit 2; }
trap 'git checkout -q -- $folder; rm -f "$log"' EXIT

# builds the SDK again, but not the tests
tests_pass() {
    dotnet build src/CallIntel.Sdk -v q --no-dependencies -p:RunAnalyzers=false > "$log" 2>&1 ||
        { cat "$log"; exit 2; }
    cp src/CallIntel.Sdk/bin/Debug/net10.0/CallIntel.Sdk.dll "$tests/bin/Debug/net10.0/"
    dotnet run --project "$tests" --no-build -- -class "*.Supabase.*" > "$log" 2>&1
}

# mutate NAME FILE EXPRESSION: applies an expression of perl, which must change the file
mutate() {
    perl -0pi -e "$3" "$folder/$2"
    ! git diff --quiet -- $folder || { echo "the expression does not match: $1" >&2; exit 2; }
    all=$((all + 1))
    if [ "$all" -lt "$from" ]; then :
    elif tests_pass; then survived=$((survived + 1)); echo "SURVIVED   $1"
    else
        killer=$(sed -nE 's/.*Supabase\.([A-Za-z.]+_[A-Za-z_]+).*\[FAIL\].*/\1/p' "$log" | head -n 1)
        echo "killed     $1  [$killer]"
    fi
    git checkout -q -- $folder
}

dotnet build "$tests" -v q
tests_pass || { cat "$log"; echo "the tests fail without a mutant" >&2; exit 2; }
request=R__begin_request.sql grants=R__grants.sql realtime=R__realtime.sql
mutate 'any login opens a context' $request "s/session_user <> 'authenticator'/false/"
mutate 'any statement opens a context' $request "s/or \(statement = .*? is not true then/then/s"
mutate 'any function is the pre-request function' $request 's/select exists \(\n.*?\n\$\$;/select true\n\$\$;/s'
mutate 'any role sets the pre-request function' $request "s/where s\.setrole = .*?\n\s+and/where/"
mutate 'any database sets the pre-request function' $request "s/and s\.setdatabase in .*\n//"
mutate 'any setting names the pre-request function' $request "s/and c\.setting like .*\n//"
mutate 'any role gets a context' $request "s/current_setting\('role'\) <> 'authenticated'/false/"
mutate 'a header of any form' $request 's/if header !~\* uuid_form/if false/'
mutate 'a member of any form' $request 's/\(member ~\* uuid_form and org/(org/'
mutate 'an org of any form' $request 's/ and org ~\* uuid_form\)/)/'
mutate 'claims of any role' $request "s/claims ->> 'role' is distinct from 'authenticated'/false/"
mutate 'the org from what the user writes' $request "s/-> 'app_metadata'/-> 'user_metadata'/"
mutate 'the org of the token before that of the header' $request \
    "s/coalesce\(header, (claims -> 'app_metadata' ->> 'org_id')\)/coalesce(\$1, header)/"
mutate 'all permissions of the role' $request 's/r\.permissions\s+& 3999 .*?\*\//r.permissions/s'
mutate 'the permissions of any org' $request 's/r\.org_id = org::uuid and //'
mutate 'the permissions of any member' $request 's/ and r\.member_id = member::uuid//'
mutate 'claims by a prepared statement' $request \
    "s/if exists \(select from pg_prepared/if false and exists (select from pg_prepared/"
mutate 'a foreign org in the header' $request 's/elsif header is not null/elsif false/'
mutate 'a context for the whole connection' $request "s/allowed\), true\)/allowed), false)/"
mutate 'the function as who calls it' $request \
    's/returns void\n    language plpgsql security definer/returns void\n    language plpgsql/'
mutate 'the function under any path' $request 's/set search_path = pg_catalog, pg_temp //'
mutate 'the function for everybody' $request 's/revoke all on function\s+callintel_supabase.*?;\n//s'
mutate 'the schema for everybody' $request \
    's/revoke all on schema callintel_supabase.*/grant all on schema callintel_supabase to public;/'
mutate 'tables as they were granted' $grants 's/execute pg_catalog\.format\(.revoke all on %s .*\n//'
mutate 'functions as they were granted' $grants 's/execute pg_catalog\.format\(.revoke all on function %s .*\n//'
mutate 'schemas as they were granted' $grants 's/revoke all on schema.*\n//'
mutate 'tables of anon and service_role are not looked at' $grants \
    "s/(\('service_role'\)\) r \(role\)\n\s+where) c\.relnamespace/\$1 false and c.relnamespace/"
mutate 'functions of anon and service_role are not looked at' $grants 's/and p\.prosecdef and/and false and/'
mutate 'tables of authenticated are not looked at' $grants \
    "s/(select 'authenticated'.*?where) c\.relnamespace/\$1 false and c.relnamespace/s"
mutate 'what is left is not refused' $grants 's/if excess is not null/if false/'
mutate 'a publication of all tables' $realtime "s/if exists \(select/if false and exists (select/"
mutate 'a publication that names tables' $realtime "s/(select 'table '.*?where) p\.pubname/\$1 false and p.pubname/s"
mutate 'a publication of schemas' $realtime \
    "s/(select 'tables in schema '.*?where) p\.pubname/\$1 false and p.pubname/s"
mutate 'a publication that is somebody else'"'"'s' $realtime 's/when insufficient_privilege/when division_by_zero/'
echo "$((all - from + 1)) mutants, $survived survived"
[ "$survived" -eq 0 ]

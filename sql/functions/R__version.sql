-- purpose: the version that the SDK checks before it opens a session; raised with every versioned file, so new
--          tables get their audit triggers here

set role callintel_owner;

create or replace function callintel.schema_version() returns integer
    language sql immutable parallel safe as $$ select 202 $$;
comment on function callintel.schema_version is
    'Returns the number of the newest versioned file of the SQL package that is installed.';
grant execute on function callintel.schema_version to callintel_app, callintel_ops;

do $$ begin perform callintel_private.attach_all_audit_triggers(); end $$;

reset role;

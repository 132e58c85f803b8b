-- purpose: which SDK versions work with this schema, so that old instances keep running while a new version is rolled
--          out (ADR 0030)

set role callintel_owner;

create or replace function callintel.oldest_sdk_served() returns integer
    language sql immutable parallel safe as $$ select 202 $$;
comment on function callintel.oldest_sdk_served is
    'Returns the schema version of the oldest SDK that works with this schema. An SDK that was built for an older '
    'version refuses to start.';
grant execute on function callintel.oldest_sdk_served to callintel_app, callintel_ops;

reset role;

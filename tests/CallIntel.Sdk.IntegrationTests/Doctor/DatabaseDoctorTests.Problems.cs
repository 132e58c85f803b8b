namespace CallIntel.Sdk.IntegrationTests.Doctor;

/// <summary>The problems that the doctor has to report.</summary>
public sealed partial class DatabaseDoctorTests
{
    /// <summary>A statement that causes a problem, the code of the expected finding, and a part of its text.</summary>
    public static TheoryData<string, string, string> Problems { get; } =
        new()
        {
            {
                "alter table callintel_private.events disable row level security",
                "CI0222",
                "is off on callintel_private.events."
            },
            {
                "alter table callintel_private.event_parts no force row level security",
                "CI0222",
                "not forced on callintel_private.event_parts"
            },
            {
                "alter table callintel_private.events_2026_01 no force row level security",
                "CI0222",
                "callintel_private.events_2026_01"
            },
            {
                "drop policy \"Another org does not exist for functions\" on callintel_private.contacts",
                "CI0222",
                "keeps other orgs out of callintel_private.contacts for callintel_member"
            },
            {
                "drop policy \"Another org does not exist for fenced views\" on callintel_private.contacts",
                "CI0222",
                "keeps other orgs out of callintel_private.contacts for callintel_fence"
            },
            {
                "alter policy \"Another org does not exist for fenced views\" on callintel_private.events using (true)",
                "CI0222",
                "keeps other orgs out of callintel_private.events for callintel_fence"
            },
            {
                "grant select on callintel_private.data_keys to callintel_member",
                "CI0222",
                "keeps other orgs out of callintel_private.data_keys for callintel_member"
            },
            { "create policy anything on callintel_private.orgs using (true)", "CI0222", "applies to every role" },
            { "alter role callintel_app superuser", "CI0012", "is a superuser" },
            { "alter role callintel_app bypassrls", "CI0012", "bypasses row-level security" },
            { "alter role callintel_app createrole", "CI0012", "may create roles" },
            { "grant callintel_ops to callintel_app", "CI0012", "is a member of callintel_ops" },
            {
                "create table callintel.loose (); alter table callintel.loose owner to callintel_app",
                "CI0012",
                "owns callintel.loose"
            },
            {
                "grant usage on schema callintel_private to callintel_app",
                "CI0012",
                "has usage on the schema callintel_private"
            },
            {
                """
                    do $$ begin
                      execute format('grant temporary on database %I to callintel_app', current_database());
                    end $$
                    """,
                "CI0012",
                "temporary tables"
            },
            { "alter role callintel_definer bypassrls", "CI0224", "callintel_definer" },
            { "alter role callintel_writer bypassrls", "CI0224", "callintel_writer" },
            { "alter role callintel_auditor bypassrls", "CI0224", "callintel_auditor" },
            {
                "alter role callintel_member bypassrls",
                "CI0224",
                "callintel_member, which owns functions, views or tables that sessions use, bypasses"
            },
            {
                "alter role callintel_fence login",
                "CI0224",
                "callintel_fence, which owns functions, views or tables that sessions use, may log in"
            },
            {
                "grant callintel_fence to callintel_definer",
                "CI0224",
                "callintel_definer inherits the rights of callintel_fence"
            },
            { "alter role callintel_owner login", "CI0224", "callintel_owner" },
            {
                "create role stranger; grant select, insert on callintel_private.events to stranger",
                "CI0223",
                "stranger, which does not belong to the SQL package, has insert, select on callintel_private.events"
            },
            {
                "create role stranger bypassrls; grant select on callintel_private.orgs to stranger",
                "CI0224",
                "stranger bypasses row-level security and has privileges on callintel_private.orgs"
            },
            { "create role stranger bypassrls", "CI0224", "stranger bypasses row-level security. It has no privilege" },
            { "grant select on callintel_private.events_2026_01 to callintel_app", "CI0223", "which is a partition" },
            {
                "grant select on callintel_private.signing_keys to callintel_app",
                "CI0223",
                "callintel_private.signing_keys"
            },
            {
                "grant delete on callintel_private.events to callintel_app",
                "CI0223",
                "has delete on callintel_private.events, which is a table"
            },
            {
                "grant update (name) on callintel_private.orgs to callintel_app",
                "CI0223",
                "has update on callintel_private.orgs, which is a table"
            },
            {
                "grant select on callintel.staging_0 to callintel_app",
                "CI0223",
                "has select on callintel.staging_0, which is a table"
            },
            {
                "grant delete on callintel.events to callintel_app",
                "CI0223",
                "has delete on callintel.events, which the SQL package does not grant"
            },
            {
                "grant select on callintel_private.events to public",
                "CI0223",
                "Every role (public) has select on callintel_private.events"
            },
            {
                "grant execute on function callintel.current_org to public",
                "CI0223",
                "Every role (public) may execute"
            },
            {
                "revoke select on callintel.contacts from callintel_app",
                "CI0223",
                "lacks select on callintel.contacts"
            },
            {
                "revoke select on callintel.invitations from callintel_app",
                "CI0223",
                "lacks select on callintel.invitations"
            },
            {
                "revoke execute on function callintel.read_event_participants from callintel_app",
                "CI0223",
                "may not execute callintel.read_event_participants"
            },
            {
                "revoke execute on function callintel.begin_session from callintel_app",
                "CI0223",
                "may not execute callintel.begin_session"
            },
            {
                "grant execute on function callintel.ensure_partitions to callintel_app",
                "CI0223",
                "may execute callintel.ensure_partitions"
            },
            { "alter function callintel.create_org reset search_path", "CI0223", "does not pin search_path" },
            { "alter function callintel.read_events reset plan_cache_mode", "CI0223", "does not pin plan_cache_mode" },
            {
                "alter function callintel.read_events set \"TimeZone\" = 'Asia/Tokyo'",
                "CI0223",
                "does not pin TimeZone"
            },
            {
                "alter function callintel.read_events reset transform_null_equals",
                "CI0223",
                "does not pin transform_null_equals"
            },
            {
                "alter view callintel.events reset (security_barrier)",
                "CI0223",
                "callintel.events, which callintel_app may read, is not a security barrier"
            },
            {
                "alter view callintel.events set (security_invoker = true)",
                "CI0223",
                "runs with the privileges of its caller"
            },
            { "alter view callintel.contacts owner to callintel_owner", "CI0223", "is owned by callintel_owner" },
            {
                """
                    create or replace view callintel.orgs with (security_barrier) as
                    select org_id, name, created_at, home_zone from callintel_private.orgs
                    """,
                "CI0223",
                "does not end with"
            },
            { "delete from callintel_private.signing_keys", "CI0002", "No signing key" },
            {
                "update callintel_private.schema_journal set checksum = 'x' where name = 'schema/V0003__orgs.sql'",
                "CI0017",
                "schema/V0003__orgs.sql"
            },
            {
                "update callintel_private.schema_journal set checksum = 'x' where name like '%R__events.sql'",
                "CI0013",
                "functions and policies that differ from those of this SDK: 1,"
            },
            { "delete from callintel_private.schema_journal", "CI0018", "journal" },
            {
                """
                    create or replace function callintel.schema_version() returns integer language sql immutable
                    as 'select 7'
                    """,
                "CI0013",
                "has version 7"
            },
            {
                """
                    create or replace function callintel.schema_version() returns integer language sql immutable
                    as 'select 7000'
                    """,
                "CI0014",
                "has version 7000"
            },
            { "drop function callintel.schema_version()", "CI0013", "not installed" },
            { "drop extension vector cascade", "CI0016", "not installed" },
            { "alter role callintel_app reset plan_cache_mode", "CI0227", "plan_cache_mode" },
            {
                "alter role callintel_app set synchronous_commit = off",
                "CI0227",
                "synchronous_commit of callintel_app is off"
            },
            { "alter role callintel_app set row_security = off", "CI0227", "a default for row_security" },
            {
                """
                    do $$ begin
                      execute format('alter role callintel_app in database %I set search_path = public',
                                 current_database());
                    end $$
                    """,
                "CI0227",
                "for search_path in database"
            },
            {
                "set local log_min_duration_statement = 100; set local log_parameter_max_length = -1",
                "CI0227",
                "logs statements with their parameters"
            },
            { "set local log_parameter_max_length_on_error = 100", "CI0227", "logs failed statements" },
            {
                """
                    do $$ begin
                      execute format('drop table callintel_private.%I',
                                     'events_' || to_char(now() at time zone 'UTC', 'YYYY_MM'));
                    end $$
                    """,
                "CI0225",
                "no partition of events"
            },
            {
                """
                    insert into callintel_private.misplaced_events
                           (org_id, id, occurred_at, source_id, channel, direction, outcome)
                    values (gen_random_uuid(), gen_random_uuid(), now(), gen_random_uuid(), 1, 1, 1)
                    """,
                "CI0219",
                "callintel_private.misplaced_events: 1."
            },
            {
                """
                    insert into callintel_private.audit_seals (org_id, horizon, identity, sealed_at)
                    values (gen_random_uuid(), 0, '', now() - interval '61 minutes')
                    """,
                "CI0365",
                "of 1 orgs have not been sealed"
            },
            {
                """
                    insert into callintel_private.audit_checkpoints
                           (org_id, month, size, root, horizon, next_xid, identity, sealed_at, note)
                    values (gen_random_uuid(), '2026-01-01', 1, '\x00', 0, 0, '', now() - interval '61 minutes', '')
                    """,
                "CI0365",
                "1 checkpoints have not been delivered"
            },
        };
}

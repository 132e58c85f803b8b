namespace CallIntel.Sdk.IntegrationTests.Catalogue;

/// <summary>
/// Statements that violate a rule of the catalogue, for every rule, to test that the rule detects each of them.
/// </summary>
static class PlantedViolations
{
    const string Pinned = """
        set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set "TimeZone" = 'UTC'
            set transform_null_equals = off
        """;

    internal static readonly Dictionary<string, string[]> OfRule = new()
    {
        ["Row-level security is enabled and forced on every table except staging tables"] =
        [
            "alter table callintel_private.events no force row level security",
            "alter table callintel_private.events_2026_01 disable row level security",
        ],
        ["The application role has no table privilege except INSERT on staging tables"] =
        [
            "grant select on callintel_private.events to callintel_app",
            "grant update (name) on callintel_private.orgs to callintel_app",
            "grant select on callintel_private.events_2026_01 to callintel_app",
            "grant delete on callintel_private.contacts to public",
            "grant select on callintel.staging_0 to callintel_app",
            "grant truncate on callintel.staging_7 to callintel_app",
        ],
        ["No role of the package has a privilege on a partition"] =
        [
            "grant select on callintel_private.events_default to callintel_member",
            "grant insert on callintel_private.events_2026_01 to callintel_definer",
        ],
        ["Staging tables have no org column"] = ["alter table callintel.staging_0 add column org_id uuid"],
        ["Every table read by functions or views has a restrictive policy on org_id for all commands"] =
        [
            "alter policy \"Another org does not exist for functions\" on callintel_private.events using (true)",
            "drop policy \"Another org does not exist for fenced views\" on callintel_private.contacts",
            """
                alter policy "Another org does not exist for fenced views" on callintel_private.events
                    using (org_id = (select c.org_id from callintel_private.trusted_context c))
                """,
            "grant select on callintel_private.data_keys to callintel_member",
            "grant select (org_id) on callintel_private.misplaced_events to callintel_fence",
        ],
        ["No policy on tables with an org applies to the application role"] =
        [
            "create policy planted on callintel_private.events for select to callintel_app using (org_id is null)",
        ],
        ["Policies read only values of the context, because a condition could be evaluated before its verification"] =
        [
            """
                create policy planted on callintel_private.events for select to callintel_fence
                    using (exists (select from callintel_private.session_context c where c.org_id = events.org_id))
                """,
            """
                create policy planted on callintel_private.events for select to callintel_member
                    using (exists (select from callintel_private.trusted_context c where c.org_id = events.org_id))
                """,
        ],
        ["Policies of callintel_fence read the context once per condition, because two reads can differ"] =
        [
            """
                create policy planted on callintel_private.events for select to callintel_fence
                    using (org_id = (select c.org_id from callintel_private.session_context c)
                    and level <= (select c.max_level from callintel_private.session_context c))
                """,
            """
                create policy planted on callintel_private.events for select to callintel_fence
                    using (org_id = (select c.org_id from callintel_private.session_context c)
                    and contact_id in (select l.contact_id from callintel_private.listed_contacts(1) l))
                """,
        ],
        ["Policies of callintel_fence read levels together with the permission, because two reads can differ"] =
        [
            """
                create policy planted on callintel_private.events for select to callintel_fence
                    using ((org_id, level) in (select c.org_id, l.level
                    from callintel_private.session_context c, unnest(c.levels) as l (level)))
                """,
            """
                create policy planted on callintel_private.events for select to callintel_fence
                    using ((org_id, contact_id) in (select c.org_id, c.contact_id
                    from callintel_private.listed_contacts(0) c))
                """,
        ],
        ["Only policies of callintel_writer and callintel_member use the context without verifying it"] =
        [
            """
                create policy planted on callintel_private.sync_runs for select to callintel_definer
                    using (org_id = left(current_setting('callintel.context', true), 36)::uuid)
                """,
            """
                create policy planted on callintel_private.sync_runs for select to callintel_fence
                    using (org_id = (select c.org_id from callintel_private.trusted_context c))
                """,
        ],
        ["Only callintel_ops is a member of the reader roles, without inheriting where PostgreSQL allows that"] =
        [
            "grant callintel_writer to callintel_owner",
            "grant callintel_member to callintel_app",
            "grant callintel_fence to callintel_definer",
        ],
        ["Functions of callintel_writer verify the session context first"] =
        [
            "alter function callintel.merge_new owner to callintel_writer",
        ],
        ["Functions of callintel_member read the verified session context first"] =
        [
            "alter function callintel.current_org owner to callintel_member",
            """
                create function callintel.planted() returns bigint
                    language plpgsql as $$ begin return (select count(*) from callintel_private.events); end $$;
                alter function callintel.planted owner to callintel_member
                """,
        ],
        ["Policies call functions in a subquery, once per statement"] =
        [
            """
                create policy planted on callintel_private.events for select to callintel_fence
                    using (org_id = callintel.current_org())
                """,
            """
                create policy planted on callintel_private.events for select to callintel_member
                    using (contact_id = any (callintel_private.own_listings()))
                """,
        ],
        ["No policy applies to PUBLIC"] =
        [
            "create policy planted on callintel_private.events for select using (org_id is null)",
        ],
        ["Security definer and callable functions fix the settings that affect them"] =
        [
            "create function callintel.planted() returns integer language sql security definer as 'select 1'",
            "alter function callintel.read_events reset search_path",
            "alter function callintel.read_events reset plan_cache_mode",
            "alter function callintel.read_events set plan_cache_mode = auto",
            "alter function callintel.count_events reset \"TimeZone\"",
            "alter function callintel.set_privacy_rule reset transform_null_equals",
            """
                create function callintel.planted() returns integer language plpgsql stable as 'begin return 1; end';
                grant execute on function callintel.planted to callintel_app
                """,
        ],
        ["PUBLIC can execute no function"] = ["grant execute on function callintel.current_org to public"],
        ["Callable functions return sets only in PL/pgSQL, open no cursor and have no polymorphic parameter"] =
        [
            $"""
                create function callintel.planted() returns setof integer
                    language sql stable security definer {Pinned} as 'select 1';
                grant execute on function callintel.planted to callintel_app
                """,
            $"""
                create function callintel.planted() returns refcursor
                    language plpgsql security definer {Pinned} as 'begin return null; end';
                grant execute on function callintel.planted to callintel_app
                """,
            $"""
                create function callintel.planted(out c refcursor, out n integer)
                    language plpgsql security definer {Pinned} as 'begin end';
                grant execute on function callintel.planted to callintel_app
                """,
            $"""
                create function callintel.planted(x anyelement) returns integer
                    language plpgsql security definer {Pinned} as 'begin return 1; end';
                grant execute on function callintel.planted to callintel_app
                """,
            $"""
                create function callintel.planted(x anycompatiblearray) returns integer
                    language plpgsql security definer {Pinned} as 'begin return 1; end';
                grant execute on function callintel.planted to callintel_app
                """,
        ],
        ["Security definer code belongs to roles that row-level security binds"] =
        [
            $"""
                create function callintel.planted() returns integer
                    language plpgsql security definer {Pinned} as 'begin return 1; end'
                """,
        ],
        ["Functions that policies call are stable and parallel safe"] =
        [
            "alter function callintel_private.own_listings() parallel restricted",
            "alter function callintel_private.visible_contacts(bigint) volatile",
        ],
        ["Every readable view is a security barrier over the table of its name, or over a function for sync_health"] =
        [
            """
                create view callintel.planted with (security_barrier) as
                    select org_id from callintel_private.orgs offset 0;
                alter view callintel.planted owner to callintel_fence
                """,
            "alter view callintel.events reset (security_barrier)",
            "alter view callintel.events set (security_invoker)",
            "alter view callintel.contacts owner to callintel_owner",
            """
                create or replace view callintel.orgs with (security_barrier) as
                    select org_id, name, created_at, home_zone
                    from callintel_private.orgs
                """,
            """
                create or replace view callintel.orgs with (security_barrier) as
                    select org_id, name, created_at, home_zone
                    from callintel_private.orgs where name <> '' offset 0
                """,
            """
                create or replace view callintel.orgs with (security_barrier) as
                    select o.org_id, o.name, o.created_at, o.home_zone
                    from callintel_private.orgs o left join callintel_private.org_roles r on true offset 0
                """,
            "grant select on callintel_private.trusted_context to callintel_app",
            "grant usage on schema callintel_private to callintel_app",
        ],
        ["The org is the first column of every key and index"] =
        [
            "create index planted on callintel_private.events (contact_id)",
            "create index planted on callintel_private.contacts ((id::text))",
        ],
        ["Every foreign key of a table with an org contains the org, except those to roles"] =
        [
            """
                create table callintel.planted (id uuid primary key);
                alter table callintel_private.sync_runs add constraint planted foreign key (id) references
                    callintel.planted not valid
                """,
        ],
        ["Indexed columns have leakproof operators, which row-level security needs to use the index"] =
        [
            """
                alter table callintel_private.orgs add column planted numeric;
                create index planted on callintel_private.orgs (org_id, planted)
                """,
        ],
        ["Every table, policy, view and callable function has a comment"] =
        [
            "comment on function callintel.begin_session is null",
            "comment on view callintel.events is null",
            "comment on policy \"Views read what the session may see\" on callintel_private.events is null",
        ],
        ["Text, ciphertext and vectors have no statistics, which would contain values of every org"] =
        [
            "alter table callintel_private.orgs add column planted text",
            "alter table callintel_private.events_2026_01 alter column external_id set statistics -1",
        ],
        ["Every bytea column accepts only envelopes and is documented as protected"] =
        [
            "alter table callintel_private.orgs add column planted bytea",
        ],
        ["Sharding: every table has an org_id of the same type that is not null"] =
        [
            "create table callintel.planted (org_id uuid)",
        ],
        ["Sharding: every unique key contains the org"] =
        [
            "create unique index planted on callintel_private.org_keys (wrapped)",
        ],
        ["Sharding: foreign keys stay in an org or reference a reference table, and never write org_id"] =
        [
            "create table callintel.planted (id uuid references callintel_private.orgs (org_id))",
        ],
        ["Sharding: there are no exclusion constraints and no sequences"] =
        [
            "create table callintel.planted (org_id uuid not null, number bigint generated always as identity)",
        ],
        ["Sharding: only roles and privacy rules have triggers other than those that file statements"] =
        [
            """
                create trigger planted after insert on callintel_private.sync_runs for each statement
                    execute function callintel_private.follow_rules()
                """,
        ],
        ["Sharding: no statement changes org_id"] =
        [
            """
                create function callintel.planted() returns void language plpgsql as $$ begin
                    update callintel_private.contacts set created_by = null, org_id = null; end $$
                """,
        ],
        ["Sharding: row locks filter by the org"] =
        [
            """
                create function callintel.planted() returns void language plpgsql as $$ begin perform
                    from callintel_private.orgs o where o.name = '' for update; end $$
                """,
        ],
        ["Audit: every table with rows of orgs and each of its partitions has triggers for all four verbs"] =
        [
            "create table callintel_private.planted (org_id uuid not null)",
            "alter table callintel_private.contacts disable trigger audit_update",
            "drop trigger audit_truncate on callintel_private.privacy_rules",
            """
                create or replace trigger audit_delete after delete on callintel_private.lines
                    referencing old table as changed for each statement when (false)
                    execute function callintel_private.file_statement('', '{}', '{}')
                """,
        ],
        ["Audit: a table without triggers has no protected fields, unless functions file its changes"] =
        [
            "alter table callintel_private.jobs add column planted callintel.envelope",
            "comment on column callintel_private.search_states.language is 'Personal data: planted'",
        ],
        ["Audit: nobody who can log in changes a table without triggers"] =
        [
            "grant update on callintel_private.events to callintel_app",
            "grant insert (org_id) on callintel_private.event_contents_default to callintel_app",
        ],
        ["Audit: only owners of functions have policies for changing events and their tables"] =
        [
            "create policy planted on callintel_private.events for all to callintel_owner using (org_id is not null)",
        ],
        ["Audit: truncating a table is on file, unless it is a ledger"] =
        [
            "drop trigger audit_truncate on callintel_private.events",
            "alter table callintel_private.event_contents_default disable trigger audit_truncate",
        ],
        ["Audit: every callable function that changes events or their tables files it"] =
        [
            """
                create function callintel.planted() returns void language plpgsql as $$ begin
                    delete from callintel_private.events e where e.org_id is null; end $$
                """,
            """
                create function callintel_private.planted_deeper() returns void language plpgsql as $$ begin
                    update callintel_private.event_contents c set body = null where c.org_id is null; end $$;
                create function callintel.planted() returns void language plpgsql as $$ begin
                    perform callintel_private.planted_deeper(); end $$
                """,
            """
                create function callintel.planted(child text) returns void language plpgsql as $$ begin
                    execute format('delete from callintel_private.%I', child); end $$
                """,
        ],
        ["Audit: the ledgers are only appended to, and deleted with their org"] =
        [
            "grant update (detail) on callintel_private.audit_log to callintel_definer",
            "grant delete on callintel_private.access_log_default to callintel_app",
        ],
        ["Audit: the role of the triggers owns one function, which nobody calls, and only appends to the log"] =
        [
            "grant select on callintel_private.events to callintel_auditor",
            "grant update (detail) on callintel_private.audit_log to callintel_auditor",
            "alter function callintel_private.new_id owner to callintel_auditor",
            "grant execute on function callintel_private.file_statement to callintel_app",
            "alter function callintel_private.file_statement owner to callintel_owner",
        ],
    };
}

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
        ["Row-level security is on and forced on every table but the staging slots"] =
        [
            "alter table callintel_private.events no force row level security",
            "alter table callintel_private.events_2026_01 disable row level security",
        ],
        ["The application role has no privilege on any table or partition, but may insert into staging slots"] =
        [
            "grant select on callintel_private.events to callintel_app",
            "grant update (name) on callintel_private.orgs to callintel_app",
            "grant select on callintel_private.events_2026_01 to callintel_app",
            "grant delete on callintel_private.contacts to public",
            "grant select on callintel.staging_0 to callintel_app",
            "grant truncate on callintel.staging_7 to callintel_app",
        ],
        ["Partitions grant nothing to any role of the package"] =
        [
            "grant select on callintel_private.events_default to callintel_member",
            "grant insert on callintel_private.events_2026_01 to callintel_definer",
        ],
        ["Staging slots name no org"] = ["alter table callintel.staging_0 add column org_id uuid"],
        ["Every table that functions or views read has a restrictive guard on org_id for every verb"] =
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
        ["Tables of one org are out of reach of the application role's policies: there are none for it"] =
        [
            "create policy planted on callintel_private.events for select to callintel_app using (org_id is null)",
        ],
        ["Policies ask the context for values, never by a condition, which could be tested before its seal"] =
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
        ["Policies of callintel_fence look at the context once a condition: two looks could meet two contexts"] =
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
        [
            "Policies of callintel_fence read levels together with the permission of the guard: the guard may "
                + "have met another context"
        ] =
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
        ["Only policies of callintel_writer and callintel_member trust the text of the context without its seal"] =
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
        [
            "Nobody is a member of the roles that functions and views read as but callintel_ops, and that "
                + "inherits only where membership cannot be without"
        ] =
        [
            "grant callintel_writer to callintel_owner",
            "grant callintel_member to callintel_app",
            "grant callintel_fence to callintel_definer",
        ],
        ["Code of callintel_writer verifies the context before it does anything else"] =
        [
            "alter function callintel.merge_new owner to callintel_writer",
        ],
        ["Code of callintel_member reads the sealed context before it does anything else"] =
        [
            "alter function callintel.current_org owner to callintel_member",
            """
                create function callintel.planted() returns bigint
                    language plpgsql as $$ begin return (select count(*) from callintel_private.events); end $$;
                alter function callintel.planted owner to callintel_member
                """,
        ],
        ["Policies call functions inside a sub-select, once a statement"] =
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
        ["No policy of a role is for everybody else too"] =
        [
            "create policy planted on callintel_private.events for select using (org_id is null)",
        ],
        [
            "Security definer code, and whatever the application role may call, pins the settings that change "
                + "what it does"
        ] =
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
        ["Nothing is executable by public"] = ["grant execute on function callintel.current_org to public"],
        [
            "Whatever the application role may call returns sets from plpgsql only, opens no cursor and takes no "
                + "polymorphic parameter"
        ] =
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
        [
            "Every view that can be read is a fence over the one table of its name, but sync_health, which is "
                + "one over a function"
        ] =
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
                create or replace view callintel.orgs with (security_barrier) as select org_id, name, created_at
                    from callintel_private.orgs
                """,
            """
                create or replace view callintel.orgs with (security_barrier) as select org_id, name, created_at
                    from callintel_private.orgs where name <> '' offset 0
                """,
            """
                create or replace view callintel.orgs with (security_barrier) as select o.org_id, o.name, o.created_at
                    from callintel_private.orgs o left join callintel_private.org_roles r on true offset 0
                """,
            "grant select on callintel_private.trusted_context to callintel_app",
            "grant usage on schema callintel_private to callintel_app",
        ],
        ["The org leads every key and every index"] =
        [
            "create index planted on callintel_private.events (contact_id)",
            "create index planted on callintel_private.contacts ((id::text))",
        ],
        ["Every foreign key of a tenant's table carries the org, but those to the roles"] =
        [
            """
                create table callintel.planted (id uuid primary key);
                alter table callintel_private.sync_runs add constraint planted foreign key (id) references
                    callintel.planted not valid
                """,
        ],
        ["Indexed columns compare by leakproof operators, or row-level security could not use the index"] =
        [
            """
                alter table callintel_private.orgs add column planted numeric;
                create index planted on callintel_private.orgs (org_id, planted)
                """,
        ],
        ["Every table, policy, view and callable function is explained"] =
        [
            "comment on function callintel.begin_session is null",
            "comment on view callintel.events is null",
            "comment on policy \"Views read what the session may see\" on callintel_private.events is null",
        ],
        ["No statistics are kept of text, ciphertext and vectors: their bounds would be values of every org"] =
        [
            "alter table callintel_private.orgs add column planted text",
            "alter table callintel_private.events_2026_01 alter column external_id set statistics -1",
        ],
        ["Every bytea column takes envelopes only and says that it is protected"] =
        [
            "alter table callintel_private.orgs add column planted bytea",
        ],
        ["Sharding: every table is distributed by an org_id of the same type, never null"] =
        [
            "create table callintel.planted (org_id uuid)",
        ],
        ["Sharding: every unique key holds the org"] =
        [
            "create unique index planted on callintel_private.org_keys (wrapped)",
        ],
        ["Sharding: foreign keys join an org to itself or go to a reference table, and never write an org_id"] =
        [
            "create table callintel.planted (id uuid references callintel_private.orgs (org_id))",
        ],
        ["Sharding: no exclusion constraints and no numbers drawn in one place"] =
        [
            "create table callintel.planted (org_id uuid not null, number bigint generated always as identity)",
        ],
        ["Sharding: no triggers but those of roles, rules, lists and names"] =
        [
            """
                create trigger planted after insert on callintel_private.sync_runs for each statement
                    execute function callintel_private.audit_changes('name')
                """,
        ],
        ["Sharding: no row moves to another org"] =
        [
            """
                create function callintel.planted() returns void language plpgsql as $$ begin
                    update callintel_private.contacts set created_by = null, org_id = null; end $$
                """,
        ],
        ["Sharding: row locks name the org"] =
        [
            """
                create function callintel.planted() returns void language plpgsql as $$ begin perform
                    from callintel_private.orgs o where o.name = '' for update; end $$
                """,
        ],
    };
}

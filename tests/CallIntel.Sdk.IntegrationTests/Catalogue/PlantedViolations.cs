namespace CallIntel.Sdk.IntegrationTests.Catalogue;

/// <summary>For every rule of the catalogue a statement that breaks it, to see that the rule finds it.</summary>
static class PlantedViolations
{
    internal static readonly Dictionary<string, string> OfRule = new()
    {
        ["Row-level security is on and forced on every table but the staging slots"] = "alter table callintel_private.events no force row level security",
        ["The application role may insert into staging slots and nothing else"] = "grant select on callintel.staging_0 to callintel_app",
        ["Staging slots name no org"] = "alter table callintel.staging_0 add column org_id uuid",
        ["Every table of the application has a restrictive guard on org_id for every verb"] =
            "alter policy \"Another org does not exist\" on callintel_private.events using (true)",
        ["Policies ask the session context for values, never by a condition, which could be tested before its seal"] =
            "create policy planted on callintel_private.events for select to callintel_app using (exists (select from callintel_private.session_context c where c.org_id = events.org_id))",
        ["Only policies of callintel_writer trust the text of the context without its seal"] =
            "create policy planted on callintel_private.sync_runs for select to callintel_definer using (org_id = left(current_setting('callintel.context', true), 36)::uuid)",
        ["Nobody inherits the policies of callintel_writer, but callintel_ops where membership cannot be without"] = "grant callintel_writer to callintel_owner",
        ["Code of callintel_writer verifies the context before it does anything else"] = "alter function callintel.merge_new owner to callintel_writer",
        ["Policies call functions inside a sub-select, once a statement"] =
            "create policy planted on callintel_private.events for select to callintel_app using (org_id = callintel.org_if(1))",
        ["No policy of the application role is for everybody else too"] = "create policy planted on callintel_private.events for select using (org_id is null)",
        ["Security definer code has a pinned search_path and is not for public"] =
            "create function callintel.planted() returns integer language sql security definer as 'select 1'; revoke execute on function callintel.planted from public",
        ["Security definer code belongs to roles that row-level security binds"] =
            "create function callintel.planted() returns integer language sql security definer set search_path = pg_catalog, pg_temp as 'select 1'",
        ["Nothing is executable by public"] = "grant execute on function callintel.org_if to public",
        ["Functions that policies call are stable and parallel safe"] = "alter function callintel.unseen_contacts() parallel restricted",
        ["Views run as their caller, but for the one that opens the session context, in a schema the application cannot name"] =
            "create view callintel.planted as select org_id from callintel_private.orgs",
        ["The org leads every key and every index"] = "create index planted on callintel_private.events (contact_id)",
        ["Every foreign key of a tenant's table carries the org, but those to the roles"] =
            "create table callintel.planted (id uuid primary key); alter table callintel_private.sync_runs add constraint planted foreign key (id) references callintel.planted not valid",
        ["Indexed columns compare by leakproof operators, or row-level security could not use the index"] =
            "alter table callintel_private.orgs add column planted numeric; create index planted on callintel_private.orgs (org_id, planted)",
        ["Partitions grant nothing to the application role"] = "grant select on callintel_private.events_default to callintel_app",
        ["Every table, policy, view and callable function is explained"] = "comment on function callintel.begin_session is null",
        ["No statistics are kept of text, ciphertext and vectors: their bounds would be values of every org"] = "alter table callintel_private.orgs add column planted text",
        ["Every bytea column takes envelopes only and says that it is protected"] = "alter table callintel_private.orgs add column planted bytea",
        ["Sharding: every table is distributed by an org_id of the same type, never null"] = "create table callintel.planted (org_id uuid)",
        ["Sharding: every unique key holds the org"] = "create unique index planted on callintel_private.org_keys (wrapped)",
        ["Sharding: foreign keys join an org to itself or go to a reference table, and never write an org_id"] =
            "create table callintel.planted (id uuid references callintel_private.orgs (org_id))",
        ["Sharding: no exclusion constraints and no numbers drawn in one place"] = "create table callintel.planted (org_id uuid not null, number bigint generated always as identity)",
        ["Sharding: no triggers but those of roles, rules, lists and names"] =
            "create trigger planted after insert on callintel_private.sync_runs for each statement execute function callintel_private.audit_changes('name')",
        ["Sharding: no row moves to another org"] =
            "create function callintel.planted() returns void language plpgsql as $$ begin update callintel_private.contacts set created_by = null, org_id = null; end $$",
        ["Sharding: row locks name the org"] =
            "create function callintel.planted() returns void language plpgsql as $$ begin perform from callintel_private.orgs o where o.name = '' for update; end $$",
    };
}

-- purpose: the index of words: turning it on and off, its state, and how it follows privacy rules. The steps of the
--          job that fills it are in R__index_events.sql.
-- The SDK takes words out of contents, because only it can read them. The job asks what is not indexed yet, and stores
-- keyed hashes (ADR 0042). What removes or moves contents does so with their words in the same transaction.

set role callintel_owner;
grant select, insert, update, delete on callintel_private.event_lexemes, callintel_private.search_states
    to callintel_definer;
grant execute on function callintel_private.ensure_generation, callintel_private.feed_state to callintel_definer;
reset role;
set role callintel_definer;

create or replace function callintel.enable_text_search(language smallint, analyzer smallint, key_version integer)
    returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
    job uuid;
begin
    if (language between 0 and 1000 and analyzer > 0 and key_version > 0) is not true then
        raise exception 'The settings of text search are out of range.'
            using errcode = 'CI341', hint = 'Use a language of the SDK''s SearchLanguage.';
    end if;
    insert into callintel_private.search_states as s (org_id, is_enabled, language, analyzer, key_version)
    values (org,
            true,
            enable_text_search.language,
            enable_text_search.analyzer,
            enable_text_search.key_version)
        on conflict on constraint search_states_org_id_pk
        do update set is_enabled = true, language = excluded.language,
                      revision = case when s.is_enabled and s.language = excluded.language then s.revision
                                      else s.revision + 1 end,
                      sweep_wanted = case when s.is_enabled and s.language = excluded.language then s.sweep_wanted
                                          else s.sweep_wanted + 1 end,
                      sweep_after = case when s.is_enabled and s.language = excluded.language then s.sweep_after end,
                      indexed_at = case when s.is_enabled and s.language = excluded.language then s.indexed_at end;
    job := callintel_private.enqueue_job('index_events', 'org');
    perform callintel_private.audit('enable', 'search_states', 1, null, format('language %s', language));
    return job;
end $$;
comment on function callintel.enable_text_search is
    'Turns text search on: a worker indexes the words of all contents of the org, now and as they are stored. If the '
    'language changes, all contents are indexed again. Returns the id of the job.';

create or replace function callintel.disable_text_search() returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    update callintel_private.search_states s set is_enabled = false, indexed_at = null
     where s.org_id = org and s.is_enabled;
    if found then
        perform callintel_private.enqueue_job('index_events', 'org');
        perform callintel_private.audit('disable', 'search_states', 1);
    end if;
end $$;
comment on function callintel.disable_text_search is
    'Turns text search off at once, and lets a worker delete the words of all contents of the org.';

create or replace function callintel.search_state()
    returns table (is_enabled boolean, language smallint, analyzer smallint, key_version integer, is_complete boolean,
                   indexed_at timestamptz)
    language plpgsql stable rows 1 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(1 /* read_events */);
begin
    return query
    select s.is_enabled, s.language, s.analyzer, s.key_version,
           s.is_enabled and s.sweep_done = s.sweep_wanted,
           s.indexed_at
      from callintel_private.search_states s
     where s.org_id = org;
end $$;
comment on function callintel.search_state is
    'Returns whether contents of the org are indexed for text search, and up to when; no row if text search was never '
    'turned on.';

-- The contacts that took part in an event besides its contact.
create or replace function callintel_private.parties_of(org uuid, event uuid) returns uuid[]
    language plpgsql stable as $$
begin
    return array(select p.party_id from callintel_private.event_participants p
                  where p.org_id = org and p.event_id = event and p.party_id is not null);
end $$;

-- Contacts whose content is excluded from search.
create or replace function callintel_private.unsearchable_contacts(org uuid) returns uuid[]
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return array(select r.contact_id from callintel_private.privacy_rules r where r.org_id = org and r.no_search);
end $$;
-- The number of parts of a large org, which is rounded down to a power of two: the score of a search must not tell how
-- many parts are hidden.
create or replace function callintel_private.about_all_parts(org uuid) returns bigint
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return (select (2 ^ floor(log(2, greatest(s.parts, 1))))::bigint
              from callintel_private.search_states s where s.org_id = org);
end $$;
grant execute on function callintel_private.unsearchable_contacts, callintel_private.about_all_parts
    to callintel_member;

-- Follows a change of privacy rules: words of content that nobody may find are deleted, and a sweep finds content that
-- may be indexed again.
create or replace function callintel_private.follow_lexemes(org uuid, changed uuid[]) returns void
    language plpgsql volatile as $$
declare
    mute   uuid[] := callintel_private.unsearchable_contacts(org);
    shared uuid[] := array(select p.event_id from callintel_private.event_participants p
                            where p.org_id = org and p.party_id = any (changed));
begin
    delete from callintel_private.event_lexemes l
     where l.org_id = org
       and (l.contact_id = any (changed) or l.sealed_for = any (changed) or l.event_id = any (shared))
       and (l.level = 1 or l.contact_id = any (mute) or l.sealed_for = any (mute)
            or callintel_private.parties_of(org, l.event_id) && mute);
    update callintel_private.search_states s set sweep_wanted = s.sweep_wanted + 1, sweep_after = null
     where s.org_id = org and s.is_enabled;
end $$;

grant execute on function
    callintel.enable_text_search,
    callintel.disable_text_search,
    callintel.search_state
    to callintel_app;
grant execute on function callintel.search_state to callintel_member;

reset role;

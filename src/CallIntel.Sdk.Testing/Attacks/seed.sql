-- Inserts rows of one org into every org-scoped table, as a role that bypasses row-level security. Every text column
-- contains {mark}, and every envelope {bytes}: an attacker who reads one of them has read rows of the org.

create or replace function pg_temp.envelope() returns bytea language sql volatile as $$
    select '\xc10100'::bytea || '\x{bytes}'
           || sha256(uuid_send(gen_random_uuid())) || sha256(uuid_send(gen_random_uuid())) $$;

update callintel_private.orgs set name = '{mark}' where org_id = '{org}';

insert into callintel_private.contacts (org_id, id, created_by)
select '{org}', gen_random_uuid(), '{admin}' from generate_series(1, 4);

create temporary table person on commit drop as
select c.id, row_number() over (order by c.id) - 1 as place from callintel_private.contacts c where c.org_id = '{org}';

insert into callintel_private.contact_numbers (org_id, number_index, contact_id, kind, index_version, number)
select '{org}', gen_random_uuid(), p.id, 1, 1, pg_temp.envelope() from person p;

insert into callintel_private.contact_profiles (org_id, contact_id, display_name)
select '{org}', p.id, pg_temp.envelope() from person p;

-- one contact of each privacy level
insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by)
select '{org}', p.id, p.place, '{admin}' from person p;
insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
select '{org}', p.id, '{member}' from person p where p.place = 2;

insert into callintel_private.sync_sources (org_id, id, name, kind)
values ('{org}', gen_random_uuid(), '{mark}', '{mark}');
insert into callintel_private.sync_streams (org_id, id, source_id, name, cursor)
select s.org_id, gen_random_uuid(), s.id, '{mark}', '{mark}'
  from callintel_private.sync_sources s where s.org_id = '{org}';
insert into callintel_private.sync_runs (org_id, id, stream_id, member_id, error_code)
select s.org_id, gen_random_uuid(), s.id, '{member}', '{mark}'
  from callintel_private.sync_streams s where s.org_id = '{org}';
insert into callintel_private.ingest_rejects (org_id, run_id, ordinal, reason, raw)
select r.org_id, r.id, 0, '{mark}', pg_temp.envelope() from callintel_private.sync_runs r where r.org_id = '{org}';

-- ids as ingestion creates them: the time, then random bits
insert into callintel_private.events
       (org_id, id, occurred_at, source_id, contact_id, member_id, duration_s, channel, direction, outcome, external_id)
select '{org}',
       encode(substr(uuid_send(callintel.first_id(at.t)), 1, 6)
              || substr(uuid_send(gen_random_uuid()), 7), 'hex')::uuid,
       at.t, s.id, p.id,
       case when n % 2 = 0 then '{member}'::uuid else '{admin}'::uuid end,
       n % 600, 1 + n % 4, 1 + n % 2, 1, '{mark}-' || n
  from generate_series(1, {events}) n
 cross join lateral (select timestamptz '2026-01-10 10:00:00Z' + n * interval '1 minute' as t) at
  join person p on p.place = n % 4
  join callintel_private.sync_sources s on s.org_id = '{org}';

-- missed calls of the hidden contact, and return calls
insert into callintel_private.events
       (org_id, id, occurred_at, source_id, contact_id, member_id, duration_s, channel, direction, outcome, external_id)
select '{org}',
       encode(substr(uuid_send(callintel.first_id(at.t)), 1, 6)
              || substr(uuid_send(gen_random_uuid()), 7), 'hex')::uuid,
       at.t, s.id, p.id,
       '{member}', 0, 1, 1 + n % 2, 2, '{mark}-call-' || n
  from generate_series(1, 12) n
 cross join lateral (select timestamptz '2026-01-13 12:00:00Z' + n * interval '1 minute' as t) at
  join person p on p.place = 3
  join callintel_private.sync_sources s on s.org_id = '{org}';

insert into callintel_private.event_contents (org_id, event_id, contact_id, member_id, body, transcript, summary)
select e.org_id, e.id, e.contact_id, e.member_id, pg_temp.envelope(), pg_temp.envelope(), pg_temp.envelope()
  from callintel_private.events e where e.org_id = '{org}';

insert into callintel_private.event_details
       (org_id, event_id, contact_id, member_id, conversation_id, parent_id, status, error_code, currency, own_number)
select e.org_id, e.id, e.contact_id, e.member_id, '{mark}', '{mark}', '{mark}', '{mark}', '{mark}', pg_temp.envelope()
  from callintel_private.events e where e.org_id = '{org}' order by e.id limit 20;
insert into callintel_private.event_parts
       (org_id, event_id, contact_id, member_id, ordinal, media_type, reference, reference_hash)
select e.org_id, e.id, e.contact_id, e.member_id, 0, '{mark}', pg_temp.envelope(), 1
  from callintel_private.events e where e.org_id = '{org}' order by e.id limit 20;
insert into callintel_private.event_participants
       (org_id, event_id, contact_id, member_id, party_id, ordinal, role, outcome, status)
select e.org_id, e.id, e.contact_id, e.member_id, e.contact_id, 0, 2, 0, '{mark}'
  from callintel_private.events e where e.org_id = '{org}' order by e.id limit 20;
insert into callintel_private.event_keys (org_id, record_key, event_id)
select e.org_id, gen_random_uuid(), e.id
  from callintel_private.events e where e.org_id = '{org}' order by e.id limit 20;
insert into callintel_private.event_tombstones (org_id, record_key, kind) values ('{org}', gen_random_uuid(), 1);
insert into callintel_private.dirty_buckets (org_id, bucket) values ('{org}', '2026-01-10 10:00Z');
insert into callintel_private.total_cells
       (org_id, grain, has_legs, bucket, channel, direction, events, answered, missed, talk_s)
values ('{org}', 1, false, '2026-01-10 10:00Z', 1, 1, 1, 1, 0, 1);
insert into callintel_private.event_cells
       (org_id, is_day, has_legs, bucket, channel, direction, outcome, line_id, events, talk_s)
values ('{org}', false, false, '2026-01-10 10:00Z', 1, 1, 1, gen_random_uuid(), 1, 1);
insert into callintel_private.member_cells
       (org_id, is_day, has_legs, bucket, member_id, channel, direction, outcome, events, talk_s)
values ('{org}', false, false, '2026-01-10 10:00Z', gen_random_uuid(), 1, 1, 1, 1, 1);
insert into callintel_private.contact_cells (org_id, bucket, contact_id, level, events, talk_s)
values ('{org}', '2026-01-10 00:00Z', gen_random_uuid(), 1, 1, 1);
insert into callintel_private.wait_cells (org_id, kind, bucket, channel, level, wait_s, events)
values ('{org}', 1, '2026-01-10 00:00Z', 2, 1, 60, 1);
insert into callintel_private.dropped_months (org_id, month, events) values ('{org}', '2024-01-01', 3);
insert into callintel_private.change_feed
       (org_id, kind, scope, level, events, member_id, contact_id, range_from, range_to)
select distinct e.org_id, 1, 2, 0, 1, e.member_id, e.contact_id, timestamptz '2026-01-10 10:00Z',
       timestamptz '2026-01-10 10:15Z'
  from callintel_private.events e where e.org_id = '{org}' and e.member_id is not null;

insert into callintel_private.event_embeddings
       (org_id, event_id, model, chunk, contact_id, member_id, content_hash, embedding)
select e.org_id, e.id, 1, 0, e.contact_id, e.member_id, '\x{bytes}', '[1,2,3]'
  from callintel_private.events e where e.org_id = '{org}' order by e.id limit 20;

-- the same word in all orgs, as if an attacker had the key of each
insert into callintel_private.event_lexemes
       (org_id, event_id, chunk, revision, contact_id, member_id, channel, direction, source_id, words, lexemes)
select e.org_id, e.id, 0, 1, e.contact_id, e.member_id, e.channel, e.direction, e.source_id, 2,
       ('commonword:1 word' || p.place || ':2')::tsvector
  from callintel_private.events e join person p on p.id = e.contact_id where e.org_id = '{org}';
insert into callintel_private.search_states (org_id, is_enabled, language, analyzer, key_version)
values ('{org}', true, 1, 1, 1);
insert into callintel_private.embedding_models
       (org_id, model, name, dimensions, state, daily_limit, enabled_by)
values ('{org}', 1, '{mark}', 3, 1, 100, '{admin}');
insert into callintel_private.event_embedding_states (org_id, model, event_id)
select e.org_id, 1, e.id from callintel_private.events e where e.org_id = '{org}' order by e.id limit 20;

insert into callintel_private.audit_log (org_id, id, member_id, action, object, detail)
select '{org}', gen_random_uuid(), '{admin}', '{mark}', '{mark}', '{mark}';

insert into callintel_private.audit_modes (org_id, mode, set_by) values ('{org}', 0, '{admin}');
insert into callintel_private.audit_seals (org_id, horizon, identity, sealed_at) values ('{org}', 0, '{mark}', now());
insert into callintel_private.audit_trees (org_id, month, size, frontier)
values ('{org}', '2026-01-01', 1, sha256('leaf'));
insert into callintel_private.audit_leaves (org_id, month, position, ledger, row_id, leaf_hash)
values ('{org}', '2026-01-01', 0, 1, gen_random_uuid(), sha256('leaf'));
insert into callintel_private.audit_checkpoints (
    org_id, month, size, root, horizon, next_xid, identity, sealed_at, note)
values ('{org}', '2026-01-01', 1, sha256('leaf'), 0, 0, '{mark}', now(), '{mark}');

insert into callintel_private.access_log (
    org_id, id, member_id, purpose, request_id, fields, row_count, is_alert, event_ids, contact_ids, other_ids)
select '{org}', gen_random_uuid(), '{admin}', 1, gen_random_uuid(), 1, 1, true,
       array(select e.id from callintel_private.events e where e.org_id = '{org}' order by e.id limit 1),
       array(select p.id from person p limit 1), '{}';
insert into callintel_private.honey_tokens (org_id, contact_id, marked_by)
select '{org}', p.id, '{admin}' from person p limit 1;

insert into callintel_private.subject_requests (
    org_id, request_id, regulation, request_type, manner, received_at, opened_by, due_at)
values ('{org}', gen_random_uuid(), 1, 1, 0, now(), '{admin}', now() + interval '30 days');
insert into callintel_private.subject_request_identities (org_id, request_id, ordinal, kind, value)
select r.org_id, r.request_id, 1, 1, pg_temp.envelope()
  from callintel_private.subject_requests r where r.org_id = '{org}';
insert into callintel_private.subject_request_contacts (org_id, request_id, contact_id)
select r.org_id, r.request_id, p.id
  from callintel_private.subject_requests r, (select p.id from person p limit 1) p where r.org_id = '{org}';
insert into callintel_private.subject_request_rules (
    org_id, rule_id, request_id, contact_id, rule_before, rule_after, set_by)
select c.org_id, gen_random_uuid(), c.request_id, c.contact_id, '{}', '{}', '{admin}'
  from callintel_private.subject_request_contacts c where c.org_id = '{org}';
insert into callintel_private.subject_request_history (org_id, request_id, number, actor, to_state, reason, note)
select r.org_id, r.request_id, 1, '{admin}', 1, 1, pg_temp.envelope()
  from callintel_private.subject_requests r where r.org_id = '{org}';

insert into callintel_private.invitations (org_id, id, role, token_digest, invited_by, expires_at)
select '{org}', gen_random_uuid(), 20, sha256(uuid_send(gen_random_uuid())), '{admin}', now() + interval '1 day'
  from generate_series(1, 2);

insert into callintel_private.lines (org_id, line_id, member_id) values ('{org}', gen_random_uuid(), '{member}');
insert into callintel_private.line_profiles (org_id, line_id, number, label)
select l.org_id, l.line_id, pg_temp.envelope(), pg_temp.envelope()
  from callintel_private.lines l where l.org_id = '{org}';
insert into callintel_private.member_profiles (org_id, member_id, display_name)
values ('{org}', '{member}', pg_temp.envelope()), ('{org}', '{admin}', pg_temp.envelope());
insert into callintel_private.teams (org_id, team_id, name) values ('{org}', gen_random_uuid(), '{mark}');
insert into callintel_private.team_members (org_id, team_id, member_id)
select t.org_id, t.team_id, '{member}' from callintel_private.teams t where t.org_id = '{org}';
insert into callintel_private.business_hours (org_id, weekday, opens, closes)
values ('{org}', 1, '09:00', '17:00');
insert into callintel_private.holidays (org_id, day) values ('{org}', '2026-12-25');
-- completed, so that it opens nothing
insert into callintel_private.org_deletions (org_id, requested_by, completed_at)
values ('{org}', '{admin}', now());

insert into callintel_private.jobs (
    org_id, job_id, kind, version, dedup_key, payload, is_later_step, step_payload, run_at, died_at, error)
select '{org}', gen_random_uuid(), 'rotate_org_key', 1, '{mark}', '{"mark": "{mark}"}', true, '{"mark": "{mark}"}',
       now(), d.at, '{mark}'
  from (values (null), (now())) as d (at);

insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped)
select '{org}', k, 1, '{mark}', '\x{bytes}' from generate_series(1, 3) k;
insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, wrapped)
select '{org}', sha256(uuid_send(gen_random_uuid())), 'person', p.id, 1,
       '\x{bytes}'::bytea || substr(sha256('') || sha256(''), 1, 45)
  from person p;
with conversation as (
    insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch)
    values ('{org}', sha256(uuid_send(gen_random_uuid())), 'conversation', gen_random_uuid(), 1)
    returning key_id
)
insert into callintel_private.conversation_keys (org_id, key_id, party_id, party_key_id, is_author, wrapped)
select '{org}', c.key_id, k.subject_id, k.key_id, false, k.wrapped
  from conversation c, callintel_private.data_keys k where k.org_id = '{org}' and k.purpose = 'person';

insert into callintel_private.legal_holds (org_id, hold_id, contact_id, reason, note, placed_by)
select '{org}', gen_random_uuid(), p.id, 1, pg_temp.envelope(), '{admin}' from person p limit 1;
insert into callintel_private.erasures (org_id, request_id, requested_by, suppresses, step, height)
select r.org_id, r.request_id, '{admin}', true, 2, 1
  from callintel_private.subject_requests r where r.org_id = '{org}';
insert into callintel_private.erasure_contacts (org_id, request_id, contact_id)
select e.org_id, e.request_id, p.id
  from callintel_private.erasures e, (select p.id from person p limit 1) p where e.org_id = '{org}';
insert into callintel_private.erasure_rows (org_id, request_id, relation, action, rows)
select e.org_id, e.request_id, '{mark}', 1, 1 from callintel_private.erasures e where e.org_id = '{org}';
insert into callintel_private.erasure_certificates (org_id, request_id, height, certificate)
select e.org_id, e.request_id, 1, '{mark}' from callintel_private.erasures e where e.org_id = '{org}';
insert into callintel_private.erasure_ledger (
    org_id, height, kind, request_id, contacts, numbers, recorded_at, recorded_by, digest)
select e.org_id, 1, 1, e.request_id, array(select p.id from person p limit 1), array[gen_random_uuid()], now(),
       '{admin}', sha256('\x{bytes}')
  from callintel_private.erasures e where e.org_id = '{org}';
insert into callintel_private.suppressions (org_id, number_digest, reason, added_by)
values ('{org}', gen_random_uuid(), 2, '{admin}');

-- Functions of the package set the privacy level in the rows that they write. These rows were inserted without them.
select callintel_private.set_levels('{org}', array(select p.id from person p));

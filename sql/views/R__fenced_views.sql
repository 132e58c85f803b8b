-- purpose: the views that own queries of a host application, EF Core and PostgREST read: one fenced view for each
--          table, with the name of the table
-- A fence is security_barrier and "offset 0" over one table. The barrier hides the statistics of the table from the
-- query. "offset 0" keeps every condition of the query above the scan, so that no condition is evaluated for a row
-- before the policies have let it pass. Both are needed. No fence joins tables, because two scans in one statement
-- could meet two contexts (ADR 0031). So a filter reads all rows of the org; R__range_functions.sql has functions for
-- ranges.
-- A view reads with the rights of its owner, callintel_fence, under the policies of that role. Nobody can write to a
-- view.

set role callintel_owner;
grant usage, create on schema callintel to callintel_fence;
set role callintel_fence;

create or replace view callintel.orgs with (security_barrier) as
select org_id, name, created_at, home_zone
  from callintel_private.orgs offset 0;
comment on view callintel.orgs is 'The org of the session.';

create or replace view callintel.org_roles with (security_barrier) as
select org_id, member_id, role, granted_by, granted_at
  from callintel_private.org_roles offset 0;
comment on view callintel.org_roles is 'The members of the org and their roles.';

create or replace view callintel.contacts with (security_barrier) as
select org_id, id, created_at, created_by, merged_into
  from callintel_private.contacts offset 0;
comment on view callintel.contacts is 'The contacts that the session may see.';

create or replace view callintel.contact_numbers with (security_barrier) as
select org_id, number_index, contact_id, kind, number, created_at, index_version, replaced_at
  from callintel_private.contact_numbers offset 0;
comment on view callintel.contact_numbers is 'The numbers of contacts, encrypted.';

create or replace view callintel.contact_profiles with (security_barrier) as
select org_id, contact_id, display_name, updated_at
  from callintel_private.contact_profiles offset 0;
comment on view callintel.contact_profiles is 'The names of contacts, encrypted.';

create or replace view callintel.privacy_rules with (security_barrier) as
select org_id, contact_id, level, no_search, no_embedding, retention_days, set_by, set_at
  from callintel_private.privacy_rules offset 0;
comment on view callintel.privacy_rules is 'The privacy rules of contacts.';

create or replace view callintel.privacy_rule_members with (security_barrier) as
select org_id, contact_id, member_id
  from callintel_private.privacy_rule_members offset 0;
comment on view callintel.privacy_rule_members is 'The members who may see a restricted contact.';

-- callintel.events is in functions/R__event_columns.sql, beside the other lists of its columns.

create or replace view callintel.event_details with (security_barrier) as
select org_id,
       event_id,
       contact_id,
       member_id,
       modified_at,
       price_micros,
       leg,
       conversation_id,
       parent_id,
       status,
       error_code,
       currency
  from callintel_private.event_details offset 0;
comment on view callintel.event_details is 'What only some sources report about an event: price, legs, status.';

create or replace view callintel.event_participants with (security_barrier) as
select org_id, event_id, contact_id, member_id, party_id, started_at, duration_s, ordinal, role, outcome, status
  from callintel_private.event_participants offset 0;
comment on view callintel.event_participants is 'Further participants and legs of events.';

create or replace view callintel.event_contents with (security_barrier) as
select org_id, event_id, contact_id, member_id, body, transcript, summary, sealed_id
  from callintel_private.event_contents offset 0;
comment on view callintel.event_contents is 'The content of events, encrypted.';

create or replace view callintel.event_embeddings with (security_barrier) as
select org_id, event_id, model, chunk, contact_id, member_id, content_hash, embedding
  from callintel_private.event_embeddings offset 0;
comment on view callintel.event_embeddings is 'Embeddings of content for semantic search.';

create or replace view callintel.event_parts with (security_barrier) as
select org_id, event_id, contact_id, member_id, size_bytes, ordinal, media_type, reference
  from callintel_private.event_parts offset 0;
comment on view callintel.event_parts is 'References to the attachments of events, encrypted.';

create or replace view callintel.sync_sources with (security_barrier) as
select org_id, id, name, kind, expected_every, expected_lag, created_at, first_name, renamed_to, retired_at
  from callintel_private.sync_sources offset 0;
comment on view callintel.sync_sources is 'The sources of events.';

create or replace view callintel.sync_streams with (security_barrier) as
select org_id, id, source_id, name, cursor, watermark, updated_at
  from callintel_private.sync_streams offset 0;
comment on view callintel.sync_streams is 'The streams of the sources, each with its cursor.';

create or replace view callintel.sync_runs with (security_barrier) as
select org_id,
       id,
       stream_id,
       member_id,
       status,
       started_at,
       heartbeat_at,
       finished_at,
       read,
       inserted,
       updated,
       duplicate,
       rejected,
       suppressed,
       error_code,
       heartbeat_every,
       watermark,
       rolling
  from callintel_private.sync_runs offset 0;
comment on view callintel.sync_runs is 'Ingestion runs and their counters.';

create or replace view callintel.dirty_buckets with (security_barrier) as
select org_id, bucket
  from callintel_private.dirty_buckets offset 0;
comment on view callintel.dirty_buckets is
    'Quarters of an hour and days in which events were written and whose cells are not up to date.';

create or replace view callintel.ingest_rejects with (security_barrier) as
select org_id, run_id, ordinal, reason, raw, place, rejected_at, detail
  from callintel_private.ingest_rejects offset 0;
comment on view callintel.ingest_rejects is 'Rejected records with their reasons, encrypted.';

create or replace view callintel.event_keys with (security_barrier) as
select org_id, record_key, event_id
  from callintel_private.event_keys offset 0;
comment on view callintel.event_keys is 'Which event belongs to a record of a source.';

create or replace view callintel.event_tombstones with (security_barrier) as
select org_id, record_key, kind, deleted_at
  from callintel_private.event_tombstones offset 0;
comment on view callintel.event_tombstones is 'Records that their source deleted or redacted.';

create or replace view callintel.audit_log with (security_barrier) as
select org_id, id, occurred_at, xid, member_id, purpose, action, object, row_count, subject_id, detail,
       op, request_id, row_keys
  from callintel_private.audit_log offset 0;
comment on view callintel.audit_log is 'The audit log: who did what.';

create or replace view callintel.invitations with (security_barrier) as
select org_id, id, role, invited_by, invited_at, expires_at, accepted_by, accepted_at, revoked_at
  from callintel_private.invitations offset 0;
comment on view callintel.invitations is 'Roles offered to new members, without their tokens.';

create or replace view callintel.lines with (security_barrier) as
select org_id, line_id, member_id, created_at, retired_at
  from callintel_private.lines offset 0;
comment on view callintel.lines is 'The telephone lines of the org.';

create or replace view callintel.line_profiles with (security_barrier) as
select org_id, line_id, number, label, updated_at
  from callintel_private.line_profiles offset 0;
comment on view callintel.line_profiles is 'The numbers and labels of the lines of the org, encrypted.';

create or replace view callintel.member_profiles with (security_barrier) as
select org_id, member_id, display_name, updated_at
  from callintel_private.member_profiles offset 0;
comment on view callintel.member_profiles is 'The display names of members, encrypted.';

create or replace view callintel.teams with (security_barrier) as
select org_id, team_id, name, created_at
  from callintel_private.teams offset 0;
comment on view callintel.teams is 'The teams of the org.';

create or replace view callintel.team_members with (security_barrier) as
select org_id, team_id, member_id, added_at
  from callintel_private.team_members offset 0;
comment on view callintel.team_members is 'Who belongs to which team.';

create or replace view callintel.business_hours with (security_barrier) as
select org_id, weekday, opens, closes
  from callintel_private.business_hours offset 0;
comment on view callintel.business_hours is 'When the org is open, in its home zone; weekday 0 is Sunday.';

create or replace view callintel.holidays with (security_barrier) as
select org_id, day
  from callintel_private.holidays offset 0;
comment on view callintel.holidays is 'Days on which the org is closed, in its home zone.';

create or replace view callintel.access_log with (security_barrier) as
select org_id,
       id,
       accessed_at,
       member_id,
       purpose,
       request_id,
       fields,
       row_count,
       is_alert,
       event_ids,
       contact_ids,
       other_ids
  from callintel_private.access_log offset 0;
comment on view callintel.access_log is
    'The access ledger: which member read which protected fields of which events and contacts.';

grant select on
    callintel.orgs,
    callintel.org_roles,
    callintel.contacts,
    callintel.contact_numbers,
    callintel.contact_profiles,
    callintel.privacy_rules,
    callintel.privacy_rule_members,
    callintel.events,
    callintel.event_details,
    callintel.event_participants,
    callintel.event_contents,
    callintel.event_embeddings,
    callintel.event_parts,
    callintel.sync_sources,
    callintel.sync_streams,
    callintel.sync_runs,
    callintel.dirty_buckets,
    callintel.ingest_rejects,
    callintel.event_keys,
    callintel.event_tombstones,
    callintel.audit_log,
    callintel.invitations,
    callintel.lines,
    callintel.line_profiles,
    callintel.member_profiles,
    callintel.teams,
    callintel.team_members,
    callintel.business_hours,
    callintel.holidays,
    callintel.access_log
    to callintel_app;

reset role;

-- purpose: what the columns of the fenced views mean, where the table behind a view does not say it. Database tools and
--          PostgREST show these comments, and docs/data-dictionary.md is generated from them.

set role callintel_fence;

-- Columns that mean the same in every view.
do $$
declare
    named record;
begin
    for named in
        select format('comment on column callintel.%I.%I is %L', v.relname, a.attname, m.meaning) as statement
          from (values ('org_id', 'The org.'), ('event_id', 'The event.')) as m (name, meaning)
          join pg_catalog.pg_attribute a on a.attname = m.name and a.attnum > 0
          join pg_catalog.pg_class v
            on v.oid = a.attrelid and v.relkind = 'v' and v.relnamespace = 'callintel'::regnamespace
           and v.relowner = 'callintel_fence'::regrole
    loop
        execute named.statement;
    end loop;
end $$;

comment on column callintel.access_log.id is 'The entry, in the order of time.';
comment on column callintel.access_log.accessed_at is 'When the values were read.';

comment on column callintel.audit_log.id is 'The entry, in the order of time.';
comment on column callintel.audit_log.occurred_at is 'When it happened.';
comment on column callintel.audit_log.xid is 'The transaction that did it.';
comment on column callintel.audit_log.member_id is
    'Personal data (pseudonymous): the member who did it; null if no member did.';
comment on column callintel.audit_log.action is 'What was done, for example insert.';
comment on column callintel.audit_log.object is 'What it was done to, for example the name of a table.';
comment on column callintel.audit_log.row_count is 'The number of rows; null if it does not apply.';
comment on column callintel.audit_log.detail is 'Further facts, without personal data.';

comment on column callintel.business_hours.weekday is 'The day of the week: 0 Sunday to 6 Saturday.';
comment on column callintel.business_hours.opens is 'When the org opens, in the time zone of the org.';
comment on column callintel.business_hours.closes is 'When the org closes, in the time zone of the org.';

comment on column callintel.contact_numbers.contact_id is 'Personal data (pseudonymous): the contact.';
comment on column callintel.contact_numbers.kind is
    '1 E.164, 2 short code, 3 alphanumeric sender, 4 opaque id of the source.';
comment on column callintel.contact_numbers.created_at is 'When the number was first stored.';

comment on column callintel.contact_profiles.contact_id is 'Personal data (pseudonymous): the contact.';
comment on column callintel.contact_profiles.updated_at is 'When the name was last changed.';

comment on column callintel.contacts.id is 'Personal data (pseudonymous): the contact.';
comment on column callintel.contacts.created_at is 'When the contact was first stored.';
comment on column callintel.contacts.created_by is 'Personal data (pseudonymous): the member who stored the contact.';

comment on column callintel.event_contents.member_id is 'Personal data (pseudonymous): the member of the event.';

comment on column callintel.event_details.member_id is 'Personal data (pseudonymous): the member of the event.';
comment on column callintel.event_details.leg is 'The number of the leg within its conversation.';
comment on column callintel.event_details.status is 'The status as the source reports it.';
comment on column callintel.event_details.error_code is 'The error code of the source.';
comment on column callintel.event_details.currency is 'The currency of the price as the source reports it.';

comment on column callintel.event_embeddings.model is 'The model that computed the embedding.';
comment on column callintel.event_embeddings.chunk is 'The part of the content that the embedding belongs to, from 0.';
comment on column callintel.event_embeddings.member_id is 'Personal data (pseudonymous): the member of the event.';

comment on column callintel.event_keys.record_key is 'The key of the record: a digest of its source and its id.';

comment on column callintel.event_participants.member_id is 'Personal data (pseudonymous): the member of the event.';
comment on column callintel.event_participants.started_at is 'When the participation began.';
comment on column callintel.event_participants.duration_s is 'How long the participation lasted, in seconds.';
comment on column callintel.event_participants.ordinal is 'The position of the participant within the event, from 0.';
comment on column callintel.event_participants.status is 'The status as the source reports it.';

comment on column callintel.event_parts.member_id is 'Personal data (pseudonymous): the member of the event.';
comment on column callintel.event_parts.size_bytes is 'The size of the attachment.';
comment on column callintel.event_parts.ordinal is 'The position of the attachment within the event, from 0.';
comment on column callintel.event_parts.media_type is 'The media type of the attachment, for example image/jpeg.';

comment on column callintel.event_tombstones.record_key is 'The key of the record: a digest of its source and its id.';
comment on column callintel.event_tombstones.kind is
    '1 the source deleted the record, 2 the source redacted its content.';
comment on column callintel.event_tombstones.deleted_at is 'When the source''s request was stored.';

comment on column callintel.events.id is 'The event. Ids are in the order of time.';
comment on column callintel.events.source_id is 'The source that reported the event.';
comment on column callintel.events.duration_s is
    'The duration in seconds; null if the event has none or the source did not report it.';

comment on column callintel.holidays.day is 'The day on which the org is closed.';

comment on column callintel.ingest_rejects.run_id is 'The run that received the record.';
comment on column callintel.ingest_rejects.ordinal is 'The position of the record within the run, from 0.';
comment on column callintel.ingest_rejects.reason is 'Why the record was rejected, as a code.';
comment on column callintel.ingest_rejects.rejected_at is 'When the record was rejected.';

comment on column callintel.invitations.id is 'The invitation.';
comment on column callintel.invitations.role is 'The role that the invited person gets, as in org_roles.';
comment on column callintel.invitations.invited_by is 'Personal data (pseudonymous): the member who invited.';
comment on column callintel.invitations.invited_at is 'When the invitation was created.';
comment on column callintel.invitations.expires_at is 'When the invitation expires.';
comment on column callintel.invitations.accepted_by is
    'Personal data (pseudonymous): the member who accepted; null while it is open.';
comment on column callintel.invitations.accepted_at is 'When the invitation was accepted; null while it is open.';
comment on column callintel.invitations.revoked_at is 'When the invitation was revoked; null if it was not.';

comment on column callintel.line_profiles.line_id is 'Personal data (pseudonymous): the line.';
comment on column callintel.line_profiles.updated_at is 'When the number or the label was last changed.';

comment on column callintel.lines.created_at is 'When the line was first stored.';

comment on column callintel.member_profiles.updated_at is 'When the name was last changed.';

comment on column callintel.org_roles.member_id is 'Personal data (pseudonymous): the member.';
comment on column callintel.org_roles.role is '5 ingester, 10 viewer, 20 member, 30 analyst, 40 admin, 50 owner.';
comment on column callintel.org_roles.granted_by is 'Personal data (pseudonymous): the member who granted the role.';
comment on column callintel.org_roles.granted_at is 'When the role was granted.';

comment on column callintel.orgs.name is 'The name of the org.';
comment on column callintel.orgs.created_at is 'When the org was created.';

comment on column callintel.privacy_rule_members.contact_id is 'Personal data (pseudonymous): the restricted contact.';
comment on column callintel.privacy_rule_members.member_id is
    'Personal data (pseudonymous): a member who may see the contact.';

comment on column callintel.privacy_rules.contact_id is 'Personal data (pseudonymous): the contact.';
comment on column callintel.privacy_rules.level is '0 normal, 1 metadata only, 2 restricted, 3 hidden.';
comment on column callintel.privacy_rules.no_search is 'Whether the content of the contact is left out of searches.';
comment on column callintel.privacy_rules.no_embedding is 'Whether no embeddings are computed for the contact.';
comment on column callintel.privacy_rules.retention_days is
    'For how many days events of the contact are kept; null without a limit.';
comment on column callintel.privacy_rules.set_by is 'Personal data (pseudonymous): the member who set the rule.';
comment on column callintel.privacy_rules.set_at is 'When the rule was set.';

comment on column callintel.sync_runs.id is 'The run.';
comment on column callintel.sync_runs.stream_id is 'The stream.';
comment on column callintel.sync_runs.member_id is 'Personal data (pseudonymous): the member who ran it.';
comment on column callintel.sync_runs.status is '1 running, 2 complete, 3 failed, 4 refused because of its caller.';
comment on column callintel.sync_runs.started_at is 'When the run started.';
comment on column callintel.sync_runs.heartbeat_at is 'When the run last reported that it is alive.';
comment on column callintel.sync_runs.finished_at is 'When the run ended; null while it is running.';
comment on column callintel.sync_runs.read is 'The number of records received.';
comment on column callintel.sync_runs.inserted is 'The number of new events.';
comment on column callintel.sync_runs.updated is 'The number of events that were changed.';
comment on column callintel.sync_runs.duplicate is 'The number of records that changed nothing.';
comment on column callintel.sync_runs.rejected is 'The number of records that were rejected.';
comment on column callintel.sync_runs.suppressed is
    'The number of records not stored because their number is suppressed, their contact was erased, or their source '
    'deleted them.';
comment on column callintel.sync_runs.error_code is 'The code of the error that ended the run.';

comment on column callintel.sync_sources.id is 'The source.';
comment on column callintel.sync_sources.name is 'The name of the source, unique within the org.';
comment on column callintel.sync_sources.kind is 'The kind of the source, for example the name of its importer.';
comment on column callintel.sync_sources.expected_every is
    'How often the source is expected to send records; null without an expectation.';
comment on column callintel.sync_sources.expected_lag is
    'How old events of the source may be when they arrive; null without a limit.';
comment on column callintel.sync_sources.created_at is 'When the source was first used.';

comment on column callintel.sync_streams.id is 'The stream.';
comment on column callintel.sync_streams.source_id is 'The source.';
comment on column callintel.sync_streams.name is 'The name of the stream, unique within its source.';
comment on column callintel.sync_streams.cursor is 'Where the next run continues, in the notation of the source.';
comment on column callintel.sync_streams.watermark is 'The time of the newest event that was stored.';
comment on column callintel.sync_streams.updated_at is 'When the stream was last changed.';

comment on column callintel.team_members.team_id is 'The team.';
comment on column callintel.team_members.added_at is 'When the member was added to the team.';

comment on column callintel.teams.team_id is 'The team.';
comment on column callintel.teams.name is 'The name of the team, unique within the org.';
comment on column callintel.teams.created_at is 'When the team was created.';

reset role;
set role callintel_member;

comment on column callintel.sync_health.org_id is 'The org.';
comment on column callintel.sync_health.stream_id is 'The stream.';
comment on column callintel.sync_health.source is 'The name of the source.';
comment on column callintel.sync_health.kind is 'The kind of the source.';
comment on column callintel.sync_health.stream is 'The name of the stream.';
comment on column callintel.sync_health.state is
    'ok, lagging, late, zero_rows, rejecting, stale, never_run, hung or failing.';
comment on column callintel.sync_health.reasons is 'The rules that apply, as codes.';
comment on column callintel.sync_health.explanations is 'The rules that apply, as sentences in the order of reasons.';
comment on column callintel.sync_health.watermark is 'The time of the newest event that was stored.';
comment on column callintel.sync_health.lag is 'How old the newest event was when the last successful run ended.';
comment on column callintel.sync_health.succeeded_at is 'When the last successful run ended.';
comment on column callintel.sync_health.due_at is 'When fresh data is due.';
comment on column callintel.sync_health.running is 'Whether a run is in progress.';
comment on column callintel.sync_health.failures is 'The number of failed runs since the last successful one.';
comment on column callintel.sync_health.error_code is 'The error code of the last failed run.';
comment on column callintel.sync_health.expected_every is 'How often fresh data is expected.';
comment on column callintel.sync_health.expected_lag is 'How old events may be when they arrive.';
comment on column callintel.sync_health.expected_rows is
    'The number of new records that a run at this hour of the week usually brings.';

reset role;

-- purpose: storing one new record, which is what most webhooks report
-- This is the only function of callintel_writer, whose policies trust the text of the context without checking its seal
-- (ADR 0028). So the function verifies the context before anything else. Its cost depends on the number of statements
-- and of checks of the seal (ADR 0023).

set role callintel_definer;
grant select on callintel_private.session_context to callintel_writer;
grant execute on function callintel.begin_session to callintel_writer;
grant execute on function
    callintel_private.refuse,
    callintel_private.record_key,
    callintel_private.new_id
    to callintel_writer;

set role callintel_owner;
grant insert on
    callintel_private.events,
    callintel_private.event_contents,
    callintel_private.audit_log
    to callintel_writer;
grant insert (org_id, bucket, has_legs) on callintel_private.dirty_buckets to callintel_writer;
drop policy if exists "Writer code acts inside the org that it verified" on callintel_private.dirty_buckets;
create policy "Writer code acts inside the org that it verified" on callintel_private.dirty_buckets
    for insert to callintel_writer
    with check (org_id = left(current_setting('callintel.context', true), 36)::uuid);
comment on policy "Writer code acts inside the org that it verified" on callintel_private.dirty_buckets is
    'For write_event only. It verifies the context before anything else, so it is not verified again for each table.';
grant select (org_id, record_key) on callintel_private.event_tombstones to callintel_writer;
grant select (org_id, contact_id, level) on callintel_private.privacy_rules to callintel_writer;
grant select (org_id, id, merged_into) on callintel_private.contacts to callintel_writer;
grant select (org_id, key_id) on callintel_private.data_keys to callintel_writer;
drop policy if exists "Writer code finds keys of the org that it verified" on callintel_private.data_keys;
create policy "Writer code finds keys of the org that it verified" on callintel_private.data_keys
    for select to callintel_writer
    using (org_id = (select c.org_id from callintel_private.trusted_context c));
comment on policy "Writer code finds keys of the org that it verified" on callintel_private.data_keys is
    'For write_event only, which verifies the context before anything else.';
grant select (org_id, id, watermark), update (watermark, updated_at) on callintel_private.sync_streams
    to callintel_writer;
grant select (org_id, id, stream_id, rolling, read, inserted),
      update (read, inserted, heartbeat_at, finished_at, watermark) on
    callintel_private.sync_runs to callintel_writer;

set role callintel_writer;

create or replace function callintel.write_event(
    token bytea,
    source uuid,
    run uuid,
    stream uuid,
    id uuid,
    occurred timestamptz,
    contact uuid,
    member uuid,
    duration integer,
    channel smallint,
    direction smallint,
    outcome smallint,
    utc_offset smallint,
    external_id text,
    body bytea,
    transcript bytea,
    summary bytea,
    body_hash bigint,
    transcript_hash bigint,
    summary_hash bigint,
    conversation uuid default null,
    line uuid default null,
    rank smallint default null)
    returns boolean language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off as $$
declare
    opened       text;
    context      text;
    org          uuid;
    acting       uuid;
    permissions  bigint;
    stored_level smallint;
    is_known     boolean;
    has_keys     boolean;
    survivor     uuid;
    merged       uuid;
    latest       timestamptz;
    moment       timestamptz;
    quarter      timestamptz;
begin
    if token is null then
        perform from callintel_private.session_context;
    else
        opened := callintel.begin_session(token);
    end if;
    -- The context is verified and belongs to this transaction. Its text is cut as in trusted_context, by expressions
    -- that need no executor.
    context     := current_setting('callintel.context', true);
    org         := left(context, 36)::uuid;
    acting      := substr(context, 38, 36)::uuid;
    permissions := substr(context, 91, 19)::bigint;
    if permissions & 32 /* ingest */ = 0 then
        perform callintel_private.refuse_permission(32 /* ingest */);
    end if;
    if permissions & 32768 /* ingest_for_all */ = 0 and member is distinct from acting then
        raise exception 'A member without the permission IngestForAll can only store their own events.'
            using errcode = 'CI005', hint = 'Set the member of the session as the member of each event.';
    end if;
    -- As in record_batch: the time becomes the watermark of the stream, which no later event would lower.
    if occurred > clock_timestamp() + interval '3 days' then
        raise exception 'The event is in the future.'
            using errcode = 'CI022', hint = 'Check whether the unit or the epoch of its time is right.';
    end if;

    -- A privacy rule that is being set waits for this record, or this record waits for the rule and then reads the
    -- level.
    opened := pg_advisory_xact_lock_shared(1128875850 /* org_merges */, substr(context, 81, 9)::integer);
    select coalesce((select r.level
                       from callintel_private.privacy_rules r
                      where r.org_id = org and r.contact_id = contact), 0),
           m.merged_into,
           contact is null or m.id is not null,
           not exists (select from (values (body), (transcript), (summary)) as v (envelope)
                        where v.envelope is not null
                          and not exists (select from callintel_private.data_keys k
                                           where k.org_id = org and k.key_id = substr(v.envelope, 4, 32)))
      into stored_level, survivor, is_known, has_keys
      from (values (true)) as x (one)
      left join callintel_private.contacts m on m.org_id = org and m.id = contact;
    if not has_keys then
        raise exception 'The database does not have a key that this value was encrypted under.'
            using errcode = 'CI128',
                  hint = 'Repeat the call; the SDK reads the keys again. This happens after a failover or a restore.';
    end if;
    if not is_known and not exists (select from callintel_private.erasure_contacts x
                                     where x.org_id = org and x.contact_id = contact
                                       and x.closed_at > now() - interval '30 days') then
        raise exception 'The database does not have the contact of this record.'
            using errcode = 'CI128',
                  hint = 'Repeat the call; the SDK looks the number up again. This happens after a failover or a '
                         'restore.';
    end if;
    -- A record of a merged contact belongs to the surviving contact, and stays encrypted for the merged one.
    if survivor is not null then
        merged := contact;
        contact := survivor;
    end if;
    -- The event, its mark and its entry in the change feed.
    insert into callintel_private.events (
        org_id,
        id,
        occurred_at,
        source_id,
        contact_id,
        member_id,
        duration_s,
        channel,
        direction,
        outcome,
        utc_offset_minutes,
        external_id,
        conversation_key,
        line_id,
        outcome_rank,
        level,
        merged_from)
    select org,
           write_event.id,
           occurred,
           source,
           contact,
           member,
           duration,
           channel,
           direction,
           outcome,
           utc_offset,
           write_event.external_id,
           conversation,
           line,
           rank,
           stored_level,
           merged
     where not exists (select from callintel_private.event_tombstones x
                        where x.org_id = org and x.record_key = callintel_private.record_key(write_event.id))
       and not exists (select from callintel_private.erasure_contacts x
                        where x.org_id = org and x.contact_id = contact
                          and x.closed_at > now() - interval '30 days')
        on conflict do nothing;
    if not found then
        return false;
    end if;
    quarter := date_bin('15 minutes', occurred, 'epoch');
    insert into callintel_private.dirty_buckets (org_id, bucket, has_legs)
    values (org, quarter, conversation is not null);
    insert into callintel_private.change_feed (
        org_id,
        kind,
        scope,
        level,
        events,
        member_id,
        contact_id,
        range_from,
        range_to)
    values (
        org,
        1,
        case when member is null then 1 else 2 end,
        stored_level,
        1,
        member,
        contact,
        quarter,
        quarter + interval '15 minutes');
    if body is not null or transcript is not null or summary is not null then
        insert into callintel_private.event_contents (
            org_id,
            event_id,
            contact_id,
            member_id,
            level,
            body,
            transcript,
            summary,
            body_hash,
            transcript_hash,
            summary_hash,
            sealed_for)
        values (
            org,
            write_event.id,
            contact,
            member,
            stored_level,
            write_event.body,
            write_event.transcript,
            write_event.summary,
            write_event.body_hash,
            write_event.transcript_hash,
            write_event.summary_hash,
            merged);
    end if;
    moment := clock_timestamp();
    update callintel_private.sync_streams s set watermark = greatest(s.watermark, occurred), updated_at = moment
     where s.org_id = org and s.id = stream
    returning s.watermark into latest;
    update callintel_private.sync_runs r
       set read = r.read + 1, inserted = r.inserted + 1, heartbeat_at = moment, finished_at = moment, watermark = latest
     where r.org_id = org and r.id = run and r.stream_id = stream and r.rolling;
    if not found then
        raise exception 'The run is not open.' using errcode = 'CI022', hint = 'Start a new run.';
    end if;
    insert into callintel_private.audit_log (
        org_id,
        id,
        member_id,
        purpose,
        action,
        object,
        row_count,
        detail,
        request_id)
    values (
        org,
        callintel_private.new_id(),
        acting,
        substr(context, 75, 5)::smallint,
        'ingest',
        'events',
        1,
        run::text,
        nullif(substr(context, 111), '')::uuid);
    return true;
end $$;
comment on function callintel.write_event is
    'Opens the context by the token, or uses that of the transaction where the token is null. Stores a new record of a '
    'source in events and event_contents of the session''s org, and counts it into its run. Returns false if the '
    'record is stored already or was deleted by its source: then nothing was changed, and callintel.write_events '
    'handles the record.';

grant execute on function callintel.write_event to callintel_app;
reset role;

-- purpose: the stream lane for one new record, which is what most webhooks deliver: all of it in one statement that is planned once a connection
-- What it costs is the number of statements, and of looks at the context, of which each policy takes one: ADR 0023.

set role callintel_definer;

create or replace function callintel.write_event(
    source uuid, run uuid, stream uuid, id uuid, occurred timestamptz, contact uuid, member uuid, duration integer,
    channel smallint, direction smallint, outcome smallint, utc_offset smallint, external_id text,
    body bytea, transcript bytea, summary bytea, body_hash bigint, transcript_hash bigint, summary_hash bigint)
    returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    added    bigint;
    counted  bigint;
begin
    if verified.permissions & 32 = 0 then
        raise exception 'The member''s role does not allow this.' using errcode = 'CI005', hint = 'Ask an admin of the org for a role that does.';
    end if;
    if verified.permissions & 2 = 0 and member is distinct from verified.member_id then
        raise exception 'A member writes own events only.' using errcode = 'CI005', hint = 'Name the member of the session as the owner of each event.';
    end if;
    with fresh as (
        insert into callintel.events (org_id, id, occurred_at, source_id, contact_id, member_id, duration_s,
                                      channel, direction, outcome, utc_offset_minutes, external_id)
        select org, write_event.id, occurred, source, contact, member, duration, channel, direction, outcome, utc_offset, write_event.external_id
         where not exists (select from callintel.event_tombstones x where x.org_id = org and x.record_key = callintel_private.record_key(write_event.id))
            on conflict do nothing
        returning 1
    ), words as (
        insert into callintel.event_contents (org_id, event_id, contact_id, member_id, body, transcript, summary, body_hash, transcript_hash, summary_hash)
        select org, write_event.id, contact, member, write_event.body, write_event.transcript, write_event.summary,
               write_event.body_hash, write_event.transcript_hash, write_event.summary_hash
          from fresh where write_event.body is not null or write_event.transcript is not null or write_event.summary is not null
    ), moved as (
        update callintel.sync_streams s set watermark = greatest(s.watermark, occurred), updated_at = clock_timestamp()
          from fresh where s.org_id = org and s.id = stream
        returning s.watermark
    ), counted as (
        update callintel.sync_runs r
           set read = r.read + 1, inserted = r.inserted + 1, heartbeat_at = clock_timestamp(), finished_at = clock_timestamp(), watermark = m.watermark
          from moved m where r.org_id = org and r.id = run and r.stream_id = stream and r.standing
        returning 1
    ), filed as (
        insert into callintel.audit_log (org_id, id, member_id, purpose, action, object, row_count, detail)
        select org, callintel_private.new_id(), verified.member_id, verified.purpose, 'ingest', 'events', 1, run::text from counted
    )
    select (select count(*) from fresh), (select count(*) from counted) into added, counted;
    if added > counted then
        raise exception 'The run is not open.' using errcode = 'CI022', hint = 'Start a new run.';
    end if;
    return added = 1;
end $$;
comment on function callintel.write_event is
    'Stores a new record of a source in events and event_contents of the session''s org, and counts it into its run. False where the record is stored or was taken back: nothing was done, and it goes through callintel.write_events.';

grant execute on function callintel.write_event to callintel_app;
reset role;

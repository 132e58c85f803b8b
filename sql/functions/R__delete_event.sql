-- purpose: permanently deletes one event on request of a member: its record is not stored again

set role callintel_definer;

create or replace function callintel.delete_event(event uuid) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    self     uuid := case when not verified.writes_all then verified.member_id end;
    writable smallint := callintel_private.writable_level(verified.permissions, verified.max_level);
    removed  uuid;
begin
    if verified.permissions & 32 /* ingest */ = 0 then
        perform callintel_private.refuse_permission(32 /* ingest */);
    end if;
    -- A batch that changes or moves the event waits, or this waits for the batch.
    perform callintel_private.lock_merges(verified.lock_number);
    select e.id into removed
      from callintel_private.events e
     where e.org_id = org and e.id = event and (self is null or e.member_id is not distinct from self)
       and e.level <= writable;
    if removed is null then
        return false;
    end if;
    if callintel_private.held_events(org, array[removed]) <> '{}' then
        raise exception 'A party of the event is under a legal hold, so it cannot be deleted.'
            using errcode = 'CI410', hint = 'Delete the event after the hold is released.';
    end if;
    perform callintel_private.remove_events(org, array[removed]);
    delete from callintel_private.event_keys k
     where k.org_id = org and k.record_key = callintel_private.record_key(removed);
    insert into callintel_private.event_tombstones as t (org_id, record_key, kind)
    values (org, callintel_private.record_key(removed), 1)
        on conflict (org_id, record_key) do update set kind = 1, deleted_at = now() where t.kind <> 1;
    perform callintel_private.audit('remove', 'events', 1);
    return true;
end $$;
comment on function callintel.delete_event is
    'Deletes an event with its content, details and embeddings, and leaves a tombstone, so that the record is not '
    'stored again. Members delete their own events; a session that ingests for all members deletes any event that it '
    'may see. Returns false if there is no such event. Events of a party under a legal hold are kept.';
grant execute on function callintel.delete_event to callintel_app;
reset role;

-- purpose: the merge itself. Runs after R__merge.sql, whose functions it calls for what is rare

set role callintel_definer;

-- Facts that were stored before and are told differently now. Nothing known gives way to nothing; an older delivery gives way to a newer.
-- ids are those of the batch that are stored: named, so that they are looked up by the key, where a join would read all the org has.
create or replace function callintel_private.update_events(org uuid, self uuid, batch text, ids uuid[]) returns uuid[] language plpgsql as $$
declare
    changed uuid[];
begin
    execute format($sql$
        with told as (
            select s.* from %s s where s.id = any ($3)
        ), changed as (
            update callintel.events e
               set occurred_at = t.occurred_at, channel = t.channel, direction = t.direction, outcome = case when t.outcome = 0 then e.outcome else t.outcome end,
                   contact_id = coalesce(t.contact_id, e.contact_id), member_id = coalesce(t.member_id, e.member_id),
                   duration_s = coalesce(t.duration_s, e.duration_s), utc_offset_minutes = coalesce(t.utc_offset_minutes, e.utc_offset_minutes)
              from told t left join callintel.event_details d on d.org_id = $1 and d.event_id = t.id
             where e.org_id = $1 and e.id = t.id and e.id = any ($3) and ($2 is null or e.member_id = $2)
               and coalesce(d.modified_at <= t.modified_at, true)
               and ((e.occurred_at, e.channel, e.direction) is distinct from (t.occurred_at, t.channel, t.direction)
                    or t.outcome <> 0 and t.outcome <> e.outcome or t.contact_id <> coalesce(e.contact_id, '00000000-0000-0000-0000-000000000000')
                    or t.member_id <> coalesce(e.member_id, '00000000-0000-0000-0000-000000000000')
                    or t.duration_s <> coalesce(e.duration_s, -1) or t.utc_offset_minutes <> coalesce(e.utc_offset_minutes, -32768))
            returning e.id, e.contact_id, e.member_id
        ), owners as (
            update callintel.event_contents c set contact_id = x.contact_id, member_id = x.member_id
              from changed x where c.org_id = $1 and c.event_id = x.id and (c.contact_id, c.member_id) is distinct from (x.contact_id, x.member_id)
        )
        select array_agg(id) from changed$sql$, batch) into changed using org, self, ids;
    return coalesce(changed, '{}');
end $$;

-- Words that were stored before and are told differently now, or that an event had none of.
create or replace function callintel_private.merge_contents(org uuid, self uuid, batch text, ids uuid[]) returns uuid[] language plpgsql as $$
declare
    added   uuid[];
    changed uuid[];
begin
    execute format($sql$
        with told as (
            select s.* from %s s where s.id = any ($3) and (s.body is not null or s.transcript is not null or s.summary is not null)
        ), owned as (
            select t.*, e.xmin <> pg_current_xact_id()::xid as was_there, e.contact_id as contact, e.member_id as member, w.event_id is not null as has_words
              from told t join callintel.events e on e.org_id = $1 and e.id = t.id and e.id = any ($3) and ($2 is null or e.member_id = $2)
              left join callintel.event_details d on d.org_id = $1 and d.event_id = t.id
              left join callintel.event_contents w on w.org_id = $1 and w.event_id = t.id and w.event_id = any ($3)
             where coalesce(d.modified_at <= t.modified_at, true)
        ), changed as (
            update callintel.event_contents c
               set body = case when o.body_hash <> c.body_hash or c.body is null then coalesce(o.body, c.body) else c.body end,
                   body_hash = coalesce(o.body_hash, c.body_hash),
                   transcript = case when o.transcript_hash <> c.transcript_hash or c.transcript is null then coalesce(o.transcript, c.transcript) else c.transcript end,
                   transcript_hash = coalesce(o.transcript_hash, c.transcript_hash),
                   summary = case when o.summary_hash <> c.summary_hash or c.summary is null then coalesce(o.summary, c.summary) else c.summary end,
                   summary_hash = coalesce(o.summary_hash, c.summary_hash)
              from owned o
             where c.org_id = $1 and c.event_id = o.id and c.event_id = any ($3)
               and (o.body is not null and (c.body is null or o.body_hash <> c.body_hash)
                    or o.transcript is not null and (c.transcript is null or o.transcript_hash <> c.transcript_hash)
                    or o.summary is not null and (c.summary is null or o.summary_hash <> c.summary_hash))
            returning c.event_id
        ), added as (
            insert into callintel.event_contents (org_id, event_id, contact_id, member_id, body, transcript, summary, body_hash, transcript_hash, summary_hash)
            select $1, o.id, o.contact, o.member, o.body, o.transcript, o.summary, o.body_hash, o.transcript_hash, o.summary_hash from owned o where not o.has_words order by o.id
                on conflict do nothing
        )
        select (select array_agg(c.event_id) from changed c),
               (select array_agg(o.id) from owned o where o.was_there and not o.has_words)$sql$, batch) into changed, added using org, self, ids;
    return coalesce(changed, '{}') || coalesce(added, '{}');
end $$;

-- Of several deliveries of a record in one batch the last stays, with what those before it told and it does not; none that is older than one before it
-- counts. Most say the same, and are only taken out.
create or replace function callintel_private.fold_repeated(org uuid, batch text) returns void language plpgsql as $$
declare
    repeated uuid[];
begin
    execute format('select array_agg(x.id) from (select s.id from %s s group by s.id having count(*) > 1) x', batch) into repeated;
    execute format($sql$
        with told as (
            select s.ctid as row, s.*,
                   coalesce(s.modified_at < greatest((select d.modified_at from callintel.event_details d where d.org_id = $1 and d.event_id = s.id),
                                                     max(s.modified_at) over (partition by s.id order by s.place, s.ctid
                                                                              rows between unbounded preceding and 1 preceding)), false) as is_older
              from %1$s s where s.id = any ($2)
        ), folded as (
            select t.id, (array_agg(t.row order by t.place desc, t.row desc))[1] as last,
                   count(distinct (t.occurred_at, t.channel, t.direction, t.outcome, t.contact_id, t.member_id, t.duration_s, t.utc_offset_minutes,
                                   t.body is null, t.body_hash, t.transcript is null, t.transcript_hash, t.summary is null, t.summary_hash)) > 1 as differ,
                   (array_agg(t.contact_id order by t.place desc, t.row desc) filter (where t.contact_id is not null))[1] as contact_id,
                   (array_agg(t.member_id order by t.place desc, t.row desc) filter (where t.member_id is not null))[1] as member_id,
                   (array_agg(t.duration_s order by t.place desc, t.row desc) filter (where t.duration_s is not null))[1] as duration_s,
                   (array_agg(t.utc_offset_minutes order by t.place desc, t.row desc) filter (where t.utc_offset_minutes is not null))[1] as utc_offset_minutes,
                   (array_agg(t.outcome order by t.place desc, t.row desc) filter (where t.outcome <> 0))[1] as outcome,
                   (array_agg(t.body order by t.place desc, t.row desc) filter (where t.body is not null))[1] as body,
                   (array_agg(t.body_hash order by t.place desc, t.row desc) filter (where t.body is not null))[1] as body_hash,
                   (array_agg(t.transcript order by t.place desc, t.row desc) filter (where t.transcript is not null))[1] as transcript,
                   (array_agg(t.transcript_hash order by t.place desc, t.row desc) filter (where t.transcript is not null))[1] as transcript_hash,
                   (array_agg(t.summary order by t.place desc, t.row desc) filter (where t.summary is not null))[1] as summary,
                   (array_agg(t.summary_hash order by t.place desc, t.row desc) filter (where t.summary is not null))[1] as summary_hash
              from told t where not t.is_older group by t.id
        ), changed as (
            update %1$s s
               set contact_id = f.contact_id, member_id = f.member_id, duration_s = f.duration_s, utc_offset_minutes = f.utc_offset_minutes,
                   outcome = coalesce(f.outcome, 0), body = f.body, body_hash = f.body_hash, transcript = f.transcript, transcript_hash = f.transcript_hash,
                   summary = f.summary, summary_hash = f.summary_hash
              from folded f where f.differ and s.ctid = f.last
        )
        delete from %1$s s using folded f where s.id = f.id and s.id = any ($2) and s.ctid <> f.last$sql$, batch) using org, repeated;
end $$;

-- All rules of a merge, for a batch of either lane. self is the member who may write own events only, null for who writes everybody's.
create or replace function callintel_private.merge_staged(
    org uuid, self uuid, batch text, source uuid, keep_keys boolean,
    out staged bigint, out inserted bigint, out suppressed bigint, out updated uuid[], out latest timestamptz) language plpgsql set jit = off as $$
declare
    foreign_rows bigint;
    named     bigint;
    taken_back bigint;
    remaining bigint;
    different bigint;
    contents  bigint;
    stored    bigint;
    moved     uuid[] := '{}';
    known     uuid[] := '{}';
    newest    uuid;
begin
    -- One merge of an org at a time, and it waits before it has written anything: batches with the same records in other orders, some changed, some moved,
    -- some removed, would each wait for a row of the other.
    perform pg_advisory_xact_lock(1128875850, hashtext(org::text));
    execute format($sql$
        select count(*), max(occurred_at) filter (where change is distinct from 1),
               count(*) filter (where member_id is distinct from $1 and change is distinct from 1), count(external_id), count(change),
               count(*) filter (where body is not null or transcript is not null or summary is not null), count(distinct id)
          from %s$sql$, batch)
       into staged, latest, foreign_rows, named, taken_back, contents, different using self;
    remaining := staged;
    if self is not null and foreign_rows > 0 then
        raise exception 'A member writes own events only.' using errcode = 'CI005', hint = 'Name the member of the session as the owner of each event.';
    end if;
    suppressed := 0;
    updated := '{}';

    -- the rare ways, each for the price of one look when it is not needed
    if taken_back > 0 then
        select t.suppressed, t.updated into suppressed, updated from callintel_private.take_back(org, self, batch, source) t;
    end if;
    if exists (select from callintel.event_tombstones t where t.org_id = org) then
        suppressed := suppressed + callintel_private.drop_tombstoned(org, batch);
    end if;
    if keep_keys and named > 0 then
        execute format($sql$
            insert into callintel.event_keys (org_id, record_key, event_id)
            select $1, callintel_private.record_key(id), id from %s where external_id is not null order by 2
                on conflict do nothing$sql$, batch) using org;
        get diagnostics stored = row_count;
        if stored < named then
            moved := callintel_private.move_corrected(org, self, batch);
        end if;
    end if;

    if taken_back > 0 or suppressed > 0 or keep_keys then
        execute format('select count(*), count(distinct id) from %s', batch) into remaining, different;
    end if;

    -- What is stored already, looked up for what is not newer than everything only. "on conflict" would look for every row a second time while it
    -- inserts, which costs half as much as the insert; a record that somebody else stores meanwhile is a unique violation, and the batch is sent again.
    newest := (select e.id from callintel.events e where e.org_id = org order by e.id desc limit 1);
    if newest is not null then
        execute format($sql$
            select coalesce(array_agg(s.id), '{}')
              from (select x.id from %s x where x.id <= $2 offset 0) s,
                   lateral (select from callintel.events e where e.org_id = $1 and e.id = s.id limit 1) e$sql$, batch) into known using org, newest;
    end if;

    if different < remaining then
        perform callintel_private.fold_repeated(org, batch);
    end if;

    -- As they lie, which is in the order of the key: inserts stay at the right edge of the index, and nobody else merges into the org, so that no order has
    -- to keep them from waiting for each other.
    execute format($sql$
        insert into callintel.events (org_id, id, occurred_at, source_id, contact_id, member_id, duration_s,
                                      channel, direction, outcome, utc_offset_minutes, external_id)
        select $1, s.id, s.occurred_at, $2, s.contact_id, s.member_id, s.duration_s, s.channel, s.direction, s.outcome, s.utc_offset_minutes, s.external_id
          from %s s where s.id <> all ($3)$sql$, batch) using org, source, known;
    get diagnostics stored = row_count;
    inserted := stored - cardinality(moved);

    known := known || moved;
    if contents > 0 then
        execute format($sql$
            insert into callintel.event_contents (org_id, event_id, contact_id, member_id, body, transcript, summary, body_hash, transcript_hash, summary_hash)
            select $1, s.id, s.contact_id, s.member_id, s.body, s.transcript, s.summary, s.body_hash, s.transcript_hash, s.summary_hash
              from %s s
             where (s.body is not null or s.transcript is not null or s.summary is not null) and s.id <> all ($2)$sql$, batch) using org, known;
    end if;

    if cardinality(known) > 0 then
        updated := updated || moved || callintel_private.update_events(org, self, batch, known);
        perform callintel_private.mark_dirty(org, updated);
        if contents > 0 then
            updated := updated || callintel_private.merge_contents(org, self, batch, known);
        end if;
    end if;
end $$;

create or replace function callintel.merge_batch(
    slot integer, source uuid, keep_keys boolean,
    out staged bigint, out inserted bigint, out suppressed bigint, out updated uuid[], out latest timestamptz)
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    org  uuid := callintel_private.require(32);
    self uuid := case when callintel.org_if(2) is null then callintel.member_id() end;
begin
    if slot is null or slot not between 0 and 7 then
        raise exception 'There is no such staging slot.' using errcode = 'CI021', hint = 'Take a slot with callintel.open_slot.';
    end if;
    select m.* into staged, inserted, suppressed, updated, latest
      from callintel_private.merge_staged(org, self, format('callintel.staging_%s', slot), source, keep_keys) m;
    -- protected columns do not lie about after the batch, not even in a table nobody may read
    execute format('truncate callintel.staging_%s', slot);
end $$;
comment on function callintel.merge_batch is
    'Moves a staging slot into events and event_contents of the session''s org. What is stored and told differently is brought up to date, what the source took back is removed; updated names those events.';

grant execute on function callintel.merge_batch to callintel_app;
reset role;

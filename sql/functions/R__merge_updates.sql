-- purpose: the steps of merging a batch that update stored events, add content to them, and deduplicate the batch
-- batch is the name of the table that holds the batch, as in R__merge.sql.

set role callintel_definer;

-- Whether a record reports an earlier status than the stored event, if the source does not report when it changed the
-- record. Status callbacks may arrive in any order.
create or replace function callintel_private.is_earlier(
    modified timestamptz, outcome_rank smallint, stored_rank smallint) returns boolean
    language sql immutable as $$ select modified is null and coalesce(outcome_rank < stored_rank, false) $$;

-- Updates stored metadata that is reported differently now. A missing value does not replace a stored one, and an older
-- report does not replace a newer one. ids are the stored events of the batch. They are named, so that rows are looked
-- up by their key; a join would read all events of the org.
create or replace function callintel_private.update_events(
    org uuid,
    self uuid,
    highest smallint,
    batch text,
    ids uuid[])
    returns uuid[] language plpgsql as $$
declare
    changed uuid[];
begin
    execute format($sql$
        with reported as (
            select s.*,
                   e.occurred_at as former_time,
                   e.contact_id as former_contact,
                   e.member_id as former_member,
                   e.level as former_level,
                   case when s.contact_id is null or s.contact_id = coalesce(e.merged_from, e.contact_id)
                            then coalesce(e.merged_from, e.contact_id)
                        when callintel_private.may_move(
                            $1,
                            $2,
                            $4,
                            e.id,
                            e.level,
                            s.contact_id,
                            s.body is not null,
                            s.transcript is not null,
                            s.summary is not null) then s.contact_id
                        else coalesce(e.merged_from, e.contact_id) end as next_origin,
                   coalesce(s.member_id, e.member_id) as next_member,
                   callintel_private.is_earlier(s.modified_at, s.outcome_rank, e.outcome_rank) as is_earlier
              from %1$s s join callintel_private.events e on e.org_id = $1 and e.id = s.id and e.id = any ($3)
             where s.id = any ($3) and ($2 is null or e.member_id = $2)
        ), incoming as (
            select r.*, coalesce(m.id, r.next_origin) as next_contact,
                   case when m.id is not null then r.next_origin end as next_merged
              from reported r
              left join lateral (select c.merged_into as id
                                   from callintel_private.contacts c
                                  where $5 and c.org_id = $1 and c.id = r.next_origin
                                    and c.merged_into is not null) m on true
        ), changed as (
            update callintel_private.events e
               set occurred_at = t.occurred_at, channel = t.channel, direction = t.direction,
                   outcome = case when t.outcome = 0 then e.outcome else t.outcome end,
                   contact_id = t.next_contact, member_id = t.next_member, merged_from = t.next_merged,
                   level = case when t.next_contact is distinct from e.contact_id
                                then coalesce((select r.level from callintel_private.privacy_rules r
                                                where r.org_id = $1 and r.contact_id = t.next_contact), 0)
                                else e.level end,
                   -- Stays, because it may have become that of the parent's parent.
                   conversation_key = coalesce(e.conversation_key, t.conversation_key),
                   outcome_rank = coalesce(t.outcome_rank, e.outcome_rank),
                   %2$s
              from incoming t left join callintel_private.event_details d on d.org_id = $1 and d.event_id = t.id
             where e.org_id = $1 and e.id = t.id and e.id = any ($3)
               and coalesce(d.modified_at <= t.modified_at, true) and not t.is_earlier
               and ((e.occurred_at, e.channel, e.direction) is distinct from (t.occurred_at, t.channel, t.direction)
                    or t.outcome <> 0 and t.outcome <> e.outcome
                    or (t.next_contact, t.next_member, t.next_merged)
                       is distinct from (e.contact_id, e.member_id, e.merged_from)
                    or t.conversation_key is not null and e.conversation_key is null
                    or t.outcome_rank is not null and t.outcome_rank is distinct from e.outcome_rank
                    or %3$s)
            returning e.id, e.contact_id, e.member_id, e.level, t.former_time, t.former_contact, t.former_member,
                      t.former_level
        ), left_behind as (
            -- Tells those who saw the event until now, and may not any more, that it is gone.
            insert into callintel_private.change_feed (
                org_id, kind, scope, level, events, member_id, contact_id, range_from, range_to)
            select $1, 3,
                   case when g.member_id is null then 1 when g.is_members then 3 else 2 end,
                   g.level, count(*), g.member_id, g.contact_id, min(g.quarter), max(g.quarter) + interval '15 minutes'
              from (select c.former_member as member_id,
                           case when c.former_level >= 2 then c.former_level else 0 end::smallint as level,
                           case when c.former_level >= 2 then c.former_contact end as contact_id,
                           greatest(c.level, c.former_level) < 2 as is_members,
                           callintel_private.quarter(c.former_time) as quarter
                      from changed c
                     where c.member_id is distinct from c.former_member and c.former_member is not null
                        or greatest(c.level, c.former_level) >= 2 and c.contact_id is distinct from c.former_contact)
                   as g
             group by g.member_id, g.level, g.contact_id, g.is_members
        )
        select array_agg(id) from changed$sql$,
                   batch,
                   callintel_private.for_columns(callintel_private.replaced_columns(),
                                                 '%1$I = coalesce(t.%1$I, e.%1$I)'),
                   callintel_private.for_columns(callintel_private.replaced_columns(),
                                                 't.%1$I is not null and t.%1$I is distinct from e.%1$I',
                                                 ' or ')) into changed
      using org, self, ids, highest, callintel_private.has_merged_contacts(org);
    return coalesce(changed, '{}');
end $$;

-- Updates stored content that is reported differently now, and adds content to events without any. Content that the key
-- of another contact protects is replaced by content that the key of this contact protects, even if the text is the
-- same.
create or replace function callintel_private.merge_contents(org uuid, self uuid, batch text, ids uuid[]) returns uuid[]
    language plpgsql as $$
declare
    added   uuid[];
    changed uuid[];
begin
    execute format($sql$
        with incoming as (
            select s.*
              from %s s
             where s.id = any ($3) and (s.body is not null or s.transcript is not null or s.summary is not null)
        ), owned as (
            select t.*,
                   e.xmin <> pg_current_xact_id()::xid as was_there,
                   e.contact_id as contact,
                   e.member_id as member,
                   e.level as level,
                   w.event_id is not null as has_content,
                   callintel_private.is_earlier(t.modified_at, t.outcome_rank, e.outcome_rank) as is_earlier,
                   -- The contact whose key protects the content: the one that the record named.
                   case when t.contact_id is distinct from e.contact_id
                        then coalesce(t.contact_id, '00000000-0000-0000-0000-000000000000') end as sealed_for
              from incoming t
              join callintel_private.events e on e.org_id = $1 and e.id = t.id and e.id = any ($3)
               and ($2 is null or e.member_id = $2)
              left join callintel_private.event_details d on d.org_id = $1 and d.event_id = t.id
              left join callintel_private.event_contents w on w.org_id = $1 and w.event_id = t.id
               and w.event_id = any ($3)
             where coalesce(d.modified_at <= t.modified_at, true)
               -- A member cannot replace content that is protected by the key of a contact under a privacy rule.
               and ($2 is null or e.level = 0
                    or t.contact_id is not distinct from coalesce(e.merged_from, e.contact_id))
        ), changed as (
            update callintel_private.event_contents c
               set body = case when x.body_differs then o.body else c.body end,
                   body_hash = coalesce(o.body_hash, c.body_hash),
                   transcript = case when x.transcript_differs then o.transcript else c.transcript end,
                   transcript_hash = coalesce(o.transcript_hash, c.transcript_hash),
                   summary = case when x.summary_differs then o.summary else c.summary end,
                   summary_hash = coalesce(o.summary_hash, c.summary_hash),
                   sealed_for = case when (c.body is null or x.body_differs)
                                      and (c.transcript is null or x.transcript_differs)
                                      and (c.summary is null or x.summary_differs) then o.sealed_for
                                     else coalesce(o.sealed_for, c.sealed_for) end
              from owned o
              join callintel_private.event_contents w on w.org_id = $1 and w.event_id = o.id and w.event_id = any ($3),
                   lateral (select w.sealed_for is distinct from o.sealed_for as resealed) r,
                   lateral (select o.body is not null
                                       and (w.body is null or o.body_hash <> w.body_hash or r.resealed) as body_differs,
                                   o.transcript is not null
                                       and (w.transcript is null or o.transcript_hash <> w.transcript_hash
                                            or r.resealed)
                                       as transcript_differs,
                                   o.summary is not null
                                       and (w.summary is null or o.summary_hash <> w.summary_hash or r.resealed)
                                       as summary_differs) x
             where c.org_id = $1 and c.event_id = o.id and c.event_id = any ($3) and not o.is_earlier
               and (x.body_differs or x.transcript_differs or x.summary_differs)
            returning c.event_id
        ), added as (
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
            select $1,
                   o.id,
                   o.contact,
                   o.member,
                   o.level,
                   o.body,
                   o.transcript,
                   o.summary,
                   o.body_hash,
                   o.transcript_hash,
                   o.summary_hash,
                   o.sealed_for
              from owned o where not o.has_content order by o.id
                on conflict do nothing
        )
        select (select array_agg(c.event_id) from changed c),
               (select array_agg(o.id) from owned o where o.was_there and not o.has_content)$sql$, batch)
       into changed, added using org, self, ids;
    -- The words of replaced content are indexed again.
    delete from callintel_private.event_lexemes l where l.org_id = org and l.event_id = any (changed);
    perform callintel_private.set_content_levels(org, coalesce(changed, '{}') || coalesce(added, '{}'));
    perform callintel_private.forget_embeddings(org, coalesce(changed, '{}') || coalesce(added, '{}'));
    return coalesce(changed, '{}') || coalesce(added, '{}');
end $$;

-- Deduplicates a batch that has several records of one event. The last record remains, with values of earlier ones that
-- it lacks; a record that is older than an earlier one does not count. Most repeated records are unchanged and are only
-- removed.
create or replace function callintel_private.deduplicate_batch(org uuid, batch text) returns void language plpgsql as $$
declare
    repeated uuid[];
begin
    execute format('select array_agg(x.id) from (select s.id from %s s group by s.id having count(*) > 1) x', batch)
       into repeated;
    execute format($sql$
        with incoming as (
            select s.ctid as row, s.*,
                   coalesce(s.modified_at < greatest(
                                (select d.modified_at from callintel_private.event_details d
                                  where d.org_id = $1 and d.event_id = s.id),
                                max(s.modified_at) over (
                                    partition by s.id order by s.place, s.ctid
                                    rows between unbounded preceding and 1 preceding)),
                            false)
                       or callintel_private.is_earlier(
                           s.modified_at,
                           s.outcome_rank,
                           max(s.outcome_rank) over (
                               partition by s.id order by s.place, s.ctid
                               rows between unbounded preceding and 1 preceding)) as is_older
              from %1$s s where s.id = any ($2)
        ), merged as (
            select t.id, (array_agg(t.row order by t.place desc, t.row desc))[1] as last,
                   count(distinct (
                       t.occurred_at,
                       t.channel,
                       t.direction,
                       t.outcome,
                       t.contact_id,
                       t.member_id,
                       t.conversation_key,
                       t.outcome_rank,
                       %2$s,
                       t.body is null,
                       t.body_hash,
                       t.transcript is null,
                       t.transcript_hash,
                       t.summary is null,
                       t.summary_hash)) > 1 as differ,
                   (array_agg(t.contact_id order by t.place desc, t.row desc)
                       filter (where t.contact_id is not null))[1] as contact_id,
                   (array_agg(t.member_id order by t.place desc, t.row desc)
                       filter (where t.member_id is not null))[1] as member_id,
                   %3$s,
                   (array_agg(t.outcome order by t.place desc, t.row desc)
                       filter (where t.outcome <> 0))[1] as outcome,
                   (array_agg(t.conversation_key order by t.place desc, t.row desc)
                       filter (where t.conversation_key is not null))[1] as conversation_key,
                   max(t.outcome_rank) as outcome_rank,
                   (array_agg(t.body order by t.place desc, t.row desc)
                       filter (where t.body is not null))[1] as body,
                   (array_agg(t.body_hash order by t.place desc, t.row desc)
                       filter (where t.body is not null))[1] as body_hash,
                   (array_agg(t.transcript order by t.place desc, t.row desc)
                       filter (where t.transcript is not null))[1] as transcript,
                   (array_agg(t.transcript_hash order by t.place desc, t.row desc)
                       filter (where t.transcript is not null))[1] as transcript_hash,
                   (array_agg(t.summary order by t.place desc, t.row desc)
                       filter (where t.summary is not null))[1] as summary,
                   (array_agg(t.summary_hash order by t.place desc, t.row desc)
                       filter (where t.summary is not null))[1] as summary_hash
              from incoming t where not t.is_older group by t.id
        ), changed as (
            update %1$s s
               set contact_id = f.contact_id,
                   member_id = f.member_id,
                   outcome = coalesce(f.outcome, 0),
                   conversation_key = f.conversation_key,
                   outcome_rank = f.outcome_rank,
                   %4$s,
                   body = f.body,
                   body_hash = f.body_hash,
                   transcript = f.transcript,
                   transcript_hash = f.transcript_hash,
                   summary = f.summary,
                   summary_hash = f.summary_hash
              from merged f where f.differ and s.ctid = f.last
        )
        delete from %1$s s
         using merged f
         where s.id = f.id and s.id = any ($2) and s.ctid <> f.last$sql$,
                   batch,
                   callintel_private.for_columns(callintel_private.replaced_columns(), 't.%I'),
                   callintel_private.for_columns(
                       callintel_private.replaced_columns(),
                       '(array_agg(t.%1$I order by t.place desc, t.row desc) filter (where t.%1$I is not null))[1] '
                       'as %1$I'),
                   callintel_private.for_columns(callintel_private.replaced_columns(), '%1$I = f.%1$I'))
      using org, repeated;
end $$;

reset role;

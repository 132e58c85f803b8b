-- Inserts rows of every org on each of 1,300 pages, into tables that members, analysts or admins read, as a role that
-- bypasses row-level security. The pages contain few rows, as after years of deletions.

create temporary table spread_table on commit drop as
select t.name, 1 + 8192 / 10 / (t.row_bytes * (select count(*) from callintel_private.orgs)) as rows_each,
       t.row_bytes * (select count(*) from callintel_private.orgs) as round_bytes
  from (values ('events', 170), ('event_contents', 150), ('event_details', 150), ('event_keys', 80),
               ('event_tombstones', 60), ('contacts', 90)) as t (name, row_bytes);

do $$
declare
    target record;
begin
    for target in select case when t.name in ('events', 'event_contents', 'event_details')
                              then t.name || '_2026_02' else t.name end as name,
                         least(100, greatest(10, t.rows_each * t.round_bytes * 100 / 8192)) as fill
                    from spread_table t loop
        execute format('alter table callintel_private.%I set (fillfactor = %s)', target.name, target.fill);
    end loop;
end $$;

create temporary table spread on commit drop as
select o.org_id,
       encode(substr(uuid_send(callintel.first_id(at.t)), 1, 6) || substr(uuid_send(gen_random_uuid()), 7), 'hex')::uuid
         as id,
       at.t as occurred_at, n % 20 as value, n, k,
       (select s.id from callintel_private.sync_sources s where s.org_id = o.org_id limit 1) as source_id,
       (select c.contact_id from callintel_private.privacy_rules c
         where c.org_id = o.org_id and c.level = 0 limit 1) as contact_id,
       (select r.member_id from callintel_private.org_roles r
         where r.org_id = o.org_id and r.role = 20 limit 1) as member_id
  from generate_series(1, 1300) n
 cross join callintel_private.orgs o
 cross join generate_series(1, (select max(t.rows_each) from spread_table t)) k
 cross join lateral (select timestamptz '2026-02-10 10:00:00Z' + n * interval '1 minute' as t) at;

insert into callintel_private.events
       (org_id, id, occurred_at, source_id, contact_id, member_id, duration_s, channel, direction, outcome, external_id)
select s.org_id, s.id, s.occurred_at, s.source_id, s.contact_id, s.member_id, s.value, 1 + (s.value + 1) % 4, 1, 1,
       'spread-' || s.value
  from spread s join spread_table t on t.name = 'events' and s.k <= t.rows_each order by s.n, s.org_id;
insert into callintel_private.event_contents (org_id, event_id, contact_id, member_id, body, body_hash)
select s.org_id, s.id, s.contact_id, s.member_id,
       '\xc10100'::bytea || sha256(uuid_send(s.id)) || sha256(uuid_send(s.org_id)), s.value
  from spread s join spread_table t on t.name = 'event_contents' and s.k <= t.rows_each order by s.n, s.org_id;
insert into callintel_private.event_details (org_id, event_id, contact_id, member_id, price_micros, leg, status)
select s.org_id, s.id, s.contact_id, s.member_id, s.value, 1, 'spread-' || s.value
  from spread s join spread_table t on t.name = 'event_details' and s.k <= t.rows_each order by s.n, s.org_id;
insert into callintel_private.event_keys (org_id, record_key, event_id)
select s.org_id, gen_random_uuid(), s.id
  from spread s join spread_table t on t.name = 'event_keys' and s.k <= t.rows_each order by s.n, s.org_id;
insert into callintel_private.event_tombstones (org_id, record_key, kind)
select s.org_id, gen_random_uuid(), 2
  from spread s join spread_table t on t.name = 'event_tombstones' and s.k <= t.rows_each order by s.n, s.org_id;
insert into callintel_private.contacts (org_id, id, created_by)
select s.org_id, gen_random_uuid(), s.member_id
  from spread s join spread_table t on t.name = 'contacts' and s.k <= t.rows_each order by s.n, s.org_id;

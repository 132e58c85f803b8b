-- purpose: sync_health: the state of every stream, derived on read so that a dead worker cannot freeze it green

set role callintel_owner;

create or replace view callintel.sync_health with (security_invoker = on) as
select s.org_id,
       s.id as stream_id,
       src.name as source,
       s.name as stream,
       case
           when r.id is null then 'never_run'
           when r.status = 1 and r.heartbeat_at < clock_timestamp() - interval '5 minutes' then 'hung'
           when r.status = 3 then 'failing'
           when r.read > 0 and r.rejected * 20 > r.read then 'rejecting'
           when src.expected_every is not null and ok.finished_at < clock_timestamp() - 3 * src.expected_every then 'stale'
           when src.expected_every is not null and ok.finished_at < clock_timestamp() - src.expected_every then 'late'
           else 'ok'
       end as state,
       s.watermark,
       ok.finished_at as succeeded_at,
       r.status = 1 as running,
       r.error_code
  from callintel.sync_streams s
  join callintel.sync_sources src on src.org_id = s.org_id and src.id = s.source_id
  left join lateral (select x.* from callintel.sync_runs x
                      where x.org_id = s.org_id and x.stream_id = s.id
                      order by x.started_at desc limit 1) r on true
  left join lateral (select max(x.finished_at) as finished_at from callintel.sync_runs x
                      where x.org_id = s.org_id and x.stream_id = s.id and x.status = 2) ok on true;
comment on view callintel.sync_health is 'One row a stream: ok, late, stale, failing, rejecting, hung or never_run.';
grant select on callintel.sync_health to callintel_app;

reset role;

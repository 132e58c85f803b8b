-- purpose: the state of every stream at a moment, derived from its runs. No process writes a state, so a process that
--          died cannot leave a stream marked as healthy.
-- Each row of the rules has a code, a state and a sentence. The state of a stream is that of the worst rule that
-- applies; docs/guides/sync-health.md explains the rules.

set role callintel_member;

-- The function belongs to callintel_member, whose policies limit it to the org. A week is counted as 168 hours, so that
-- the time zone of a session does not matter.
create or replace function callintel.sync_health_at(as_of timestamptz)
    returns table (
        org_id uuid,
        stream_id uuid,
        source text,
        kind text,
        stream text,
        state text,
        reasons text[],
        explanations text[],
        watermark timestamptz,
        lag interval,
        succeeded_at timestamptz,
        due_at timestamptz,
        running boolean,
        failures bigint,
        error_code text,
        expected_every interval,
        expected_lag interval,
        expected_rows bigint)
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
#variable_conflict use_column
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
return query
select s.org_id,
       s.id,
       src.name,
       src.kind,
       s.name,
       coalesce(verdict.state, 'ok'),
       coalesce(verdict.reasons, '{}'),
       coalesce(verdict.explanations, '{}'),
       s.watermark,
       greatest(as_of - s.watermark, interval '0'),
       ok.finished_at,
       fresh.since + fresh.every,
       last.id is not null and last.id is distinct from ended.id,
       failed.runs,
       ended.error_code,
       fresh.every,
       fresh.lag,
       case when usual.row_weeks >= 4 then usual.new_rows end
  from callintel_private.sync_streams s
  join callintel_private.sync_sources src on src.org_id = s.org_id and src.id = s.source_id
   and (src.retired_at <= as_of) is not true
  -- The newest run; the newest run that ended or whose heartbeat stopped; the newest run that succeeded. A rolling run
  -- counts from the first record that it stored: before that it has sent no heartbeat, and its caller received the
  -- failure.
  left join lateral (select r.* from callintel_private.sync_runs r
                      where r.org_id = s.org_id and r.stream_id = s.id and r.started_at <= as_of and r.status <> 4
                        and (not r.rolling or r.finished_at is not null)
                      order by r.started_at desc limit 1) last on true
  left join lateral (select r.*, (r.finished_at <= as_of) is not true as died from callintel_private.sync_runs r
                      where r.org_id = s.org_id and r.stream_id = s.id and r.started_at <= as_of and r.status <> 4
                        and (r.finished_at <= as_of or r.heartbeat_at < as_of - 10 * r.heartbeat_every
                             and not r.rolling)
                      order by r.started_at desc limit 1) ended on true
  left join lateral (select r.*, date_trunc('hour', r.started_at, 'UTC') as hour from callintel_private.sync_runs r
                      where r.org_id = s.org_id and r.stream_id = s.id and r.status = 2 and r.started_at <= as_of
                        and r.finished_at <= as_of
                      order by r.started_at desc limit 1) ok on true
  left join lateral (select count(*) as runs
                       from (select from callintel_private.sync_runs r
                              where r.org_id = s.org_id and r.stream_id = s.id and r.started_at <= as_of
                                and r.started_at > coalesce(ok.started_at, '-infinity') and r.status not in (2, 4)
                                and (r.finished_at <= as_of or r.heartbeat_at < as_of - 10 * r.heartbeat_every)
                              limit 1000) f) failed on true
  -- The hour of the last success, up to that success.
  left join lateral (select count(*) as runs, sum(r.inserted + r.updated) as new_rows from callintel_private.sync_runs r
                      where r.org_id = s.org_id and r.stream_id = s.id and r.status = 2
                        and r.started_at between ok.hour and ok.started_at) this_hour on true
  -- The same hour of the eight weeks before, with one sample a week: the new rows of as many runs, the longest wait for
  -- the next success, the largest lag. Quantiles make sure that one bad week in four has no effect.
  left join lateral (
      select percentile_disc(0.25) within group (order by w.new_rows) as new_rows, count(w.new_rows) as row_weeks,
             percentile_disc(0.75) within group (order by w.wait) as wait, count(w.wait) as wait_weeks,
             percentile_disc(0.75) within group (order by w.lag) as lag, count(w.lag) as lag_weeks
        from generate_series(1, 8) as k (week)
       cross join lateral (select ok.hour - k.week * interval '168 hours' as hour) h
       cross join lateral (
           select sum(x.inserted + x.updated) filter (where x.place <= this_hour.runs)::bigint as new_rows,
                  max(coalesce(x.next_finish, after.finished_at) - x.finished_at) as wait,
                  max(x.finished_at - x.watermark) filter (where x.inserted > 0) as lag
             from (select r.inserted,
                          r.updated,
                          r.finished_at,
                          r.watermark,
                          row_number() over (order by r.started_at) as place,
                          lead(r.finished_at) over (order by r.started_at) as next_finish
                     from callintel_private.sync_runs r
                    where r.org_id = s.org_id and r.stream_id = s.id and r.status = 2
                      and r.started_at >= h.hour and r.started_at < h.hour + interval '1 hour') x
             left join lateral (select r.finished_at from callintel_private.sync_runs r
                                 where r.org_id = s.org_id and r.stream_id = s.id and r.status = 2
                                   and r.started_at >= h.hour + interval '1 hour'
                                 order by r.started_at limit 1) after on true) w) usual on true
 -- An expectation that somebody set has priority over a learned one. Batches of a run that never ends are fresh data
 -- too.
 cross join lateral (
      select greatest(ok.finished_at, case when s.updated_at <= as_of then s.updated_at end) as since,
             coalesce(src.expected_every, case when usual.wait_weeks >= 4 then usual.wait * 1.25 end) as every,
             coalesce(src.expected_lag,
                      case when usual.lag_weeks >= 4
                           then greatest(2 * usual.lag, usual.lag + interval '15 minutes') end) as lag,
             coalesce(case when last.read > 0 then last.read end, ended.read) as read,
             coalesce(case when last.read > 0 then last.rejected end, ended.rejected) as rejected) fresh
 cross join lateral (
      select to_char(ended.started_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') as ended_start,
             to_char(last.started_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') as last_start,
             date_trunc('second', as_of - ended.heartbeat_at) as ended_silence,
             date_trunc('second', as_of - last.heartbeat_at) as last_silence,
             date_trunc('second', as_of - fresh.since) as age,
             date_trunc('second', fresh.every) as every,
             date_trunc('second', ok.finished_at - ok.watermark) as lag) said
 cross join lateral (
      select (array_agg(rule.state order by rule.weight desc))[1] as state,
             array_agg(rule.code order by rule.weight desc) as reasons,
             array_agg(rule.sentence order by rule.weight desc) as explanations
        from (values
            (9, 'failing', 'run_died',
             ended.died,
             format('The run that started at %s sent its last heartbeat %s ago. Its process is not running any more.',
                    said.ended_start, said.ended_silence)),
            (8, 'failing', 'run_failed',
             not ended.died and ended.status = 3,
             format('Runs that failed since the last success: %s. The last error code is %s.',
                    failed.runs, coalesce(ended.error_code, 'no code'))),
            (7, 'hung', 'run_silent',
             last.id is distinct from ended.id and last.heartbeat_at < as_of - 3 * last.heartbeat_every,
             format('The run that started at %s sends a heartbeat every %s, and sent the last one %s ago.',
                    said.last_start, last.heartbeat_every, said.last_silence)),
            (6, 'never_run', 'never_run',
             last.id is null,
             'No run of this stream has started yet.'),
            (5, 'stale', 'overdue_long',
             fresh.since < as_of - 3 * fresh.every,
             format('The last fresh data arrived %s ago; fresh data is due every %s.', said.age, said.every)),
            (4, 'rejecting', 'many_rejects',
             fresh.rejected * 20 > fresh.read,
             format('Of %s records %s were rejected.', fresh.read, fresh.rejected)),
            (3, 'zero_rows', 'nothing_new',
             ended.id = ok.id and this_hour.new_rows = 0 and usual.row_weeks >= 4 and usual.new_rows > 0,
             format('The last run succeeded but brought no new records; at this hour of the week it usually brings %s '
                    'or more.', usual.new_rows)),
            (2, 'late', 'overdue',
             fresh.since < as_of - fresh.every and fresh.since >= as_of - 3 * fresh.every,
             format('The last fresh data arrived %s ago; fresh data is due every %s.', said.age, said.every)),
            (1, 'lagging', 'behind',
             ok.inserted > 0 and ok.finished_at - ok.watermark > fresh.lag,
             format('The newest event was %s old when it arrived; the limit is %s.',
                    said.lag, date_trunc('second', fresh.lag)))
        ) as rule (weight, state, code, holds, sentence)
       where rule.holds) verdict
 where s.org_id = org;
end $$;
comment on function callintel.sync_health_at is
    'Returns the state of every stream at a moment (ok, lagging, late, zero_rows, rejecting, stale, never_run, hung or '
    'failing), the reasons as codes and as sentences, and what is expected of the stream.';
grant execute on function callintel.sync_health_at to callintel_app;

create or replace view callintel.sync_health with (security_barrier) as
select h.* from callintel.sync_health_at(statement_timestamp()) h offset 0;
comment on view callintel.sync_health is
    'One row for each stream: its state (ok, lagging, late, zero_rows, rejecting, stale, never_run, hung or failing), '
    'derived when it is read, with the reasons. callintel.sync_health_at returns the same for any moment.';
grant select on callintel.sync_health to callintel_app;

reset role;

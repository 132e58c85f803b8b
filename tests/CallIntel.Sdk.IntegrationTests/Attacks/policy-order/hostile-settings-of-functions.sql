-- name: Call functions with settings that change the meaning of expressions
-- claim: a setting of the caller changes the result of a function of the package
-- runs: everyone
-- expect: own rows or no rows or 42501 or 42883 or CI001 or CI005 or 22023 or 0A000 or 42704
-- naive: holds
-- with null-equals: setting = transform_null_equals = on
-- with asserts: setting = plpgsql.check_asserts = off
-- with time-zone: setting = TimeZone = 'Pacific/Kiritimati'
-- with search-path: setting = search_path = public
-- with row-security: setting = row_security = off
-- with variable-conflict: setting = plpgsql.variable_conflict = use_column
-- with generic: setting = plan_cache_mode = force_custom_plan
-- with strings: setting = backslash_quote = on
-- with float-digits: setting = extra_float_digits = -15
-- with date-style: setting = DateStyle = 'German, DMY'
-- with interval-style: setting = IntervalStyle = sql_standard
-- with bytea-output: setting = bytea_output = escape
-- @transaction keep plain
select coalesce(string_agg(k::text, ' ' order by k::text), '') ||
    coalesce((select string_agg(s.source || s.at::text, ' ' order by s.source)
    from (select h.source, count(*) as at from callintel.sync_health h group by 1) s), '')
  from (select extract(epoch from e.bucket)::bigint, e.channel, e.direction, e.events
          from callintel.count_kept_events('00000000-0000-0000-0000-000000000000',
              'ffffffff-ffff-ffff-ffff-ffffffffffff', '2026-01-01 00:00Z', '2026-03-01 00:00Z', 'day', 'UTC') e) k;
-- @transaction
set local {setting};
select nullif(coalesce(string_agg(k::text, ' ' order by k::text), '') ||
    coalesce((select string_agg(s.source || s.at::text, ' ' order by s.source)
    from (select h.source, count(*) as at from callintel.sync_health h group by 1) s), ''), '{plain}') as breach
  from (select extract(epoch from e.bucket)::bigint, e.channel, e.direction, e.events
          from callintel.count_kept_events('00000000-0000-0000-0000-000000000000',
              'ffffffff-ffff-ffff-ffff-ffffffffffff', '2026-01-01 00:00Z', '2026-03-01 00:00Z', 'day', 'UTC') e) k;

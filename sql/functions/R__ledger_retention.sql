-- purpose: removing old months of the audit log and the access ledger

set role callintel_owner;

-- Drops the partitions of both ledgers whose months ended before the month of a day. The removal of each month is filed
-- in the audit log of each org that has a tree of it: the verification accepts a missing month only if that entry is
-- sealed or pending. Everything that can take long happens before the ledgers are locked.
create or replace function callintel.remove_ledger_months(before date) returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    nil      constant uuid := '00000000-0000-0000-0000-000000000000';
    limit_on date := date_trunc('month', before::timestamp);
    retired  date;
    found    record;
    unsealed bigint;
    removed  integer := 0;
begin
    if before is null or limit_on::timestamp > (clock_timestamp() at time zone 'UTC') - interval '30 days' then
        raise exception 'The range contains a month that ended less than 30 days ago.'
            using errcode = 'CI364', hint = 'Pass an earlier day.';
    end if;
    perform pg_advisory_xact_lock(1128875849 /* package */, 1 /* partitions */);
    for retired in
        select distinct to_date(right(c.relname, 7), 'YYYY_MM')
          from pg_class c
          join pg_inherits i on i.inhrelid = c.oid
         where i.inhparent in ('callintel_private.audit_log'::regclass, 'callintel_private.access_log'::regclass)
           and c.relname ~ '^(audit|access)_log_\d{4}_\d\d$'
           and to_date(right(c.relname, 7), 'YYYY_MM') < limit_on
         order by 1
    loop
        select count(*) into unsealed
          from (select a.org_id, a.id, 1 as ledger
                  from callintel_private.audit_log a
                 where a.id >= callintel.first_id(retired::timestamp at time zone 'UTC')
                   and a.id < callintel.first_id((retired + interval '1 month') at time zone 'UTC')
                union all
                select a.org_id, a.id, 2
                  from callintel_private.access_log a
                 where a.id >= callintel.first_id(retired::timestamp at time zone 'UTC')
                   and a.id < callintel.first_id((retired + interval '1 month') at time zone 'UTC')) e
         where exists (select from callintel_private.audit_seals s where s.org_id = e.org_id)
           and not exists (select from callintel_private.audit_leaves l
                            where l.org_id = e.org_id and l.row_id = e.id and l.ledger = e.ledger);
        if unsealed > 0 then
            raise exception '% entries of % are not sealed.', unsealed, to_char(retired, 'YYYY-MM')
                using errcode = 'CI364', hint = 'Seal the ledgers first.';
        end if;
        perform callintel_private.lock_tables('{}', '{audit_log,access_log}');
        insert into callintel_private.audit_log (org_id, id, member_id, action, object, row_count, detail)
        select o.org_id, callintel_private.new_id(), nil, 'retire', 'audit_log', coalesce(t.size, 0),
               to_char(retired, 'YYYY-MM')
          from callintel_private.orgs o
          left join callintel_private.audit_trees t on t.org_id = o.org_id and t.month = retired;
        update callintel_private.audit_trees t set retired_at = clock_timestamp()
         where t.org_id is not null and t.month = retired;
        for found in
            select c.oid::regclass as relation
              from pg_class c
              join pg_inherits i on i.inhrelid = c.oid
             where i.inhparent in ('callintel_private.audit_log'::regclass, 'callintel_private.access_log'::regclass)
               and right(c.relname, 7) = to_char(retired, 'YYYY_MM')
        loop
            execute format('drop table %s', found.relation);
        end loop;
        removed := removed + 1;
    end loop;
    return removed;
end $$;
comment on function callintel.remove_ledger_months is
    'Removes the months of the audit log and the access ledger that ended before the month of a day, at least 30 days '
    'ago; returns how many. The removal is on file, and the seals of the months stay.';
grant execute on function callintel.remove_ledger_months to callintel_ops;

reset role;

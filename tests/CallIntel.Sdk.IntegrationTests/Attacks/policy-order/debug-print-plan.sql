-- name: Print the plans of functions
-- claim: a printed plan contains estimates and constants derived from rows of all orgs
-- runs: everyone
-- expect: own rows or CI001 or 42501 or no rows or CI005 or 42883
-- naive: holds
-- with events: statement = select count(*) from callintel.events t where t.org_id = '{foreign}'
-- with find-contacts: statement = select count(*) from callintel.find_contacts(array['{foreign_number}'::uuid])
-- with kept-events: statement = select count(*) from callintel.count_kept_events('{foreign_event}',
--     'ffffffff-ffff-ffff-ffff-ffffffffffff', '2026-01-01', '2026-03-01', 'day', 'UTC')
set local client_min_messages = log;
set local debug_pretty_print = off;
set local debug_print_plan = on;
{statement};
set local debug_print_plan = off;
select 1;

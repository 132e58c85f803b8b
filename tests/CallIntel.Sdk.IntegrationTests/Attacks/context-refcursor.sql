-- name: Open a cursor in one context and read it in another
-- claim: a cursor reads later rows in the context of the fetch
-- runs: everyone
-- expect: own rows or no rows or CI001 or CI002 or 34000
-- naive: holds
declare c no scroll cursor for select nullif(e.org_id <> '{own}', false) as breach, e.id from callintel.events e;
fetch 1 from c;
select callintel.begin_session('{token}');
fetch all from c;
select set_config('callintel.context', replace(current_setting('callintel.context'), '{own}', '{foreign}'), true);
fetch all from c;

-- name: A trigger on a table one may write
-- claim: rows of others pass the attacker's code
-- runs: everyone
-- expect: 42809
-- naive: holds
create trigger t before insert on callintel.contact_numbers for each row execute function suppress_redundant_updates_trigger();

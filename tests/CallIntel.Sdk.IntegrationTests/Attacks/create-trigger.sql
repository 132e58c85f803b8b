-- name: Create a trigger on a writable table
-- claim: rows of other orgs are passed to code of the attacker
-- runs: everyone
-- expect: 42809
-- naive: holds
create trigger t before insert on callintel.contact_numbers for each row
    execute function suppress_redundant_updates_trigger();

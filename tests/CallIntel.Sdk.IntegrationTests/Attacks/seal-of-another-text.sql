-- name: Use an own valid seal with the text of the other org
-- claim: the seal does not cover the text
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', '{foreign},' || substr(current_setting('callintel.context'), 38), true);
select *, 1 as breach from callintel.contacts where org_id = '{foreign}' limit 5;

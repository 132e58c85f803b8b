-- name: Append permission digits after the padding of the sealed text
-- claim: a digest can be extended without its key
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', current_setting('callintel.context') || chr(128) || repeat(chr(1), 20) ||
    '131071', true);
select 1 as breach from callintel.events where org_id = '{foreign}';

-- name: Append a zero byte to the sealed text
-- claim: a text can contain the padding of a digest
-- runs: everyone
-- expect: 54000 or 22021
-- naive: holds
select set_config('callintel.context', current_setting('callintel.context') || chr(0), true);

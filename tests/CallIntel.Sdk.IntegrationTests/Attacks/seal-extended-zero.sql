-- name: The genuine text with a zero byte behind it
-- claim: a text holds the padding of a digest
-- runs: everyone
-- expect: 54000 or 22021
-- naive: holds
select set_config('callintel.context', current_setting('callintel.context') || chr(0), true);

-- name: Commit and restore the context in a DO block
-- claim: a transaction in a block inherits the context
-- runs: everyone
-- expect: 2D000
-- naive: holds
do $$
declare copied text := current_setting('{setting}');
begin
    commit;
    perform set_config('{setting}', copied, true);
    perform from callintel.events;
    raise notice 'breach: read after commit';
end $$;

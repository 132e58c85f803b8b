-- purpose: who may read and begin generations of the change feed

set role callintel_owner;

drop policy if exists "Maintenance begins generations" on callintel_private.feed_generations;
create policy "Maintenance begins generations" on callintel_private.feed_generations
    for all to callintel_owner
    using (only_row) with check (only_row);
comment on policy "Maintenance begins generations" on callintel_private.feed_generations is
    'For ensure_generation, feed_state and trim_change_feed. The row tells nothing about any org.';

do $$ begin perform callintel_private.ensure_generation(); end $$;

reset role;

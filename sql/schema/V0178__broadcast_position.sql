-- purpose:    how far the change feed was broadcast to clients of Supabase
-- locks:      access exclusive on feed_generations, which has one row, for a moment
-- reversible: drop the column

set role callintel_owner;

alter table callintel_private.feed_generations add column broadcast_to bigint not null default 0;
comment on column callintel_private.feed_generations.broadcast_to is
    'The entries of all transactions below this id were broadcast; 0 if nothing was.';

reset role;

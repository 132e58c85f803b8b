-- purpose:    a pass over all events begins again if another one was asked for while it ran
-- locks:      access exclusive on embedding_models for a moment
-- reversible: drop the column

set role callintel_owner;

alter table callintel_private.embedding_models add column requests integer not null default 0;
comment on column callintel_private.embedding_models.requests is
    'How often a pass over all events was asked for. A pass that ends with a higher number than it began with begins '
    'again, because it may have gone past the events that the request is about.';

reset role;

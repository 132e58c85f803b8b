-- name: Store a vector in a session of a member
-- claim: search shows an event for a text that it does not contain
-- runs: analyst, member, admin, owner
-- expect: CI312
-- naive: holds
select callintel.store_embeddings(1::smallint, array['{foreign_event}'::uuid], '{x}', array['{foreign_event}'::uuid],
    '{0}', '{"\\x00"}', '{"\\x00"}', '{1,2,3}') as breach;

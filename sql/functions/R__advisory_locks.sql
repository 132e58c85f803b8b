-- purpose: the list of all advisory locks of the package, and the functions that take the lock of an org's merges
-- Each number carries its name in a comment where it is used, and a test compares the two. pg_locks shows the first
-- number of a pair as classid and the second one as objid. All locks end with their transaction.
--
--   first number            second number          taken by
--   1128875849 package      1 partitions           ensure_partitions, so that one process at a time creates partitions
--   1128875849 package      2 root_rewrap          the SDK while it rewraps keys of orgs under another root key
--   1128875849 package      16 first_slot + slot   open_slot, for the staging slots 0 to 7
--   1128875850 org_merges   lock_number of an org  lock_merges and lock_merges_shared below, and write_event
--   4848484927302041 migration (a single number)   SchemaMigrator, so that one process at a time migrates
--
-- The SDK has the same numbers in AdvisoryLocks.cs.

set role callintel_definer;

-- Orders the writes of an org. A batch that only adds rows takes the lock shared; everything that changes stored rows
-- takes it exclusively. The lock number of an org is random, so that sessions of other orgs cannot take its lock.
create or replace function callintel_private.lock_merges(lock_number integer) returns void
    language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock(1128875850 /* org_merges */, lock_number);
end $$;

create or replace function callintel_private.lock_merges_shared(lock_number integer) returns void
    language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock_shared(1128875850 /* org_merges */, lock_number);
end $$;

reset role;

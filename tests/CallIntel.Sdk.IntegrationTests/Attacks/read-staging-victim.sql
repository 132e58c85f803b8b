-- name: Read a staging slot that contains a batch of the victim
-- claim: batches of other orgs are readable while they are stored
-- runs: everyone
-- expect: 42501 or 55P03
-- naive: holds
-- @transaction as foreign keep slot
select callintel.open_slot();
-- @next as foreign
insert into callintel.staging_{slot} (id, occurred_at, external_id)
    values (callintel.first_id('2026-01-05'), '2026-01-05', 'x');
-- @transaction on b
set local lock_timeout = '200ms';
select external_id as breach from callintel.staging_{slot} offset 1000000;

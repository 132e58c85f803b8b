-- name: Append an entry to the ledger of erasures that continues it
-- claim: an admin without a purpose erases a hidden contact, without a request and in the name of somebody else
-- runs: admin, owner
-- expect: CI375
-- naive: holds
-- with unsigned: proof = null, null, 1, null
-- with own-proof: proof = null, null, 1, sha256('')
-- with no-such-key: proof = null, null, 77, sha256('')
-- with former-version: proof = null, null | expect = 42883
-- @transaction rollback
select callintel.replay_erasure(
           e.height + 1, 1::smallint, '{random}', array['{own_hidden}'::uuid], '{}', '2026-01-01 00:00Z',
           '{own_member}',
           sha256(e.digest || convert_to(
               format('callintel.erasure.v1|{own}|%s|1|{random}|{own_hidden}||%s|{own_member}', e.height + 1,
                      (extract(epoch from timestamptz '2026-01-01 00:00Z') * 1000000)::bigint), 'UTF8')),
           {proof}) as breach
  from callintel.read_erasure_ledger(0, 1000) e
 order by e.height desc limit 1;

-- name: Read a cursor WITH HOLD after its transaction
-- claim: a held cursor carries rows into another context
-- runs: everyone
-- expect: own rows or 34000
-- expect(ingester): no rows or 34000
-- naive: holds
declare "h{me}" cursor with hold for select org_id, nullif(org_id <> '{own}', false) as breach from callintel.events;
-- @transaction as foreign
select 1;
-- @transaction
fetch all from "h{me}";
close "h{me}";

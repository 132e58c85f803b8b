-- name: Place a hold on a hidden contact without a purpose
-- claim: hidden contacts are changed without a purpose
-- runs: admin, owner
-- expect: CI152
-- naive: crosses
-- @transaction rollback
select callintel.place_hold('{own_hidden}', 1::smallint, null);

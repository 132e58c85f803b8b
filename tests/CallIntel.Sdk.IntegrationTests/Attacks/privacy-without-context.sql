-- name: Call unseen_contacts without a context
-- claim: an empty list hides no contacts
-- runs: everyone
-- expect: 42883
-- naive: holds
-- @transaction without context
select count(*) as breach from callintel.unseen_contacts();

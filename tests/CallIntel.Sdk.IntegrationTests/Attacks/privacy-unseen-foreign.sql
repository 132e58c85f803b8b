-- name: unseen_contacts of the other org
-- claim: lists of hidden contacts cross orgs
-- runs: everyone
-- expect: own rows or no rows or 42883
-- naive: holds
select c, nullif(c = '{foreign_contact}', false) as breach from callintel.unseen_contacts() c union all select c, null from callintel.unheard_contacts() c;

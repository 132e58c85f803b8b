-- name: Call unseen_contacts for the other org
-- claim: the function lists hidden contacts of other orgs
-- runs: everyone
-- expect: own rows or no rows or 42883
-- naive: holds
select c, nullif(c = '{foreign_contact}', false) as breach from callintel.unseen_contacts() c union all select c, null
    from callintel.unheard_contacts() c;

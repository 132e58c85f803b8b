-- name: Call functions of policies for restricted contacts
-- claim: a member lists the ids of restricted contacts
-- runs: viewer, analyst
-- expect: own rows or no rows or 42501 or 42883 or 42P01
-- naive: holds
-- with unseen: relation = callintel.unseen_contacts()
-- with unheard: relation = callintel.unheard_contacts()
select 1 as breach from {relation} c where c::text = '{own_restricted}';

-- name: Call functions of earlier versions that list restricted contacts
-- claim: a member lists the ids of hidden and restricted contacts
-- runs: everyone
-- expect: own rows or no rows or 42501 or 42883 or 42P01
-- naive: holds
-- with unseen-hidden: relation = callintel.unseen_contacts() | level = hidden
-- with unheard-hidden: relation = callintel.unheard_contacts() | level = hidden
-- with unheard-withheld: relation = callintel.unheard_contacts() | level = withheld
select 1 as breach from {relation} c where c::text = '{own_{level}}';

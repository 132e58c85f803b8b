-- name: Read the rules that a request set for a contact that is hidden
-- claim: the rules tell an admin without a purpose which request a hidden contact belongs to
-- runs: admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select callintel.open_subject_request('{random}', 1::smallint, 7::smallint, 0::smallint, now(), null,
    now() + interval '30 days', '{}', '{}', '{}', null, array['{own_contact}'::uuid]);
select callintel.set_subject_rule('{random}', '{own_contact}', 3::smallint, false, false);
select count(*) as breach from callintel.read_subject_rules('{random}') r;

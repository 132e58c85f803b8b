-- name: Read the register for a contact that is hidden
-- claim: the register tells an admin without a purpose which request, and so which number, a hidden contact belongs to
-- runs: admin, owner
-- expect: own rows
-- naive: holds
-- with listed: condition = '{own_contact}' = any (r.contacts) | contact = null
-- with asked: condition = true | contact = '{own_contact}'
-- @transaction rollback
select callintel.open_subject_request('{random}', 1::smallint, 1::smallint, 0::smallint, now(), null,
    now() + interval '30 days', '{}', '{}', '{}', null, array['{own_contact}'::uuid]);
select callintel.set_privacy_rule('{own_contact}', 3::smallint, '{}', false, false, null);
select count(*) as breach from callintel.read_subject_requests(null, null, null, null, null, {contact}, null, null,
    null, 100) r where {condition};

-- name: Ask what retention would delete where only events of a hidden contact are due
-- claim: the report tells the moment of an event of a hidden contact
-- runs: admin, owner
-- expect: own rows
-- naive: crosses
-- @transaction rollback
select callintel.set_retention(1);
select callintel.open_subject_request('{random}', 1::smallint, 1::smallint, 0::smallint, now(), null,
    now() + interval '30 days', '{}', '{}', '{}', null,
    array(select r.contact_id from callintel.read_privacy_rules(null) r where r.level < 3));
select r.oldest as breach from callintel.report_retention() r;

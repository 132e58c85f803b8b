-- name: Read details, parts and participants of events of another org
-- claim: these tables have no policy
-- runs: everyone
-- expect: no rows
-- naive: holds
select status as breach from callintel.event_details where org_id = '{foreign}'
 union all select media_type from callintel.event_parts where org_id = '{foreign}'
 union all select status from callintel.event_participants where org_id = '{foreign}';

-- name: Replace the member in a valid context
-- claim: the seal does not cover the member
-- runs: viewer, member, analyst, admin
-- expect: CI001
-- naive: holds
select set_config('callintel.context', overlay(current_setting('callintel.context') placing '{own_owner}'
    from 38 for 36), true);
select nullif(org_id <> '{own}', false) as breach from callintel.org_roles where member_id = '{own_owner}';

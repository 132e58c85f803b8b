-- purpose: data subject requests are for the functions of the register only: no session and no view reads the
--          table

set role callintel_owner;

grant select, insert, update, delete on callintel_private.subject_requests to callintel_definer;

drop policy if exists "Definer code acts inside the verified org" on callintel_private.subject_requests;
create policy "Definer code acts inside the verified org" on callintel_private.subject_requests
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.subject_requests is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;

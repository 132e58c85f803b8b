-- purpose: who reads and chooses what triggers file about a statement

set role callintel_owner;

drop policy if exists "Definer code acts inside the verified org" on callintel_private.audit_modes;
create policy "Definer code acts inside the verified org" on callintel_private.audit_modes
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.audit_modes is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;

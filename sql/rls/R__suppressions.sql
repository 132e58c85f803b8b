-- purpose: who reads and writes the list of suppressed numbers

set role callintel_owner;

grant select, insert, delete on callintel_private.suppressions to callintel_definer;

drop policy if exists "Definer code acts inside the verified org" on callintel_private.suppressions;
create policy "Definer code acts inside the verified org" on callintel_private.suppressions
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.suppressions is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;

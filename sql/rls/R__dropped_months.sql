-- purpose: who reads and writes the list of dropped months

set role callintel_owner;

grant select, insert, update, delete on callintel_private.dropped_months to callintel_definer;

drop policy if exists "Definer code acts inside the verified org" on callintel_private.dropped_months;
create policy "Definer code acts inside the verified org" on callintel_private.dropped_months
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.dropped_months is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;

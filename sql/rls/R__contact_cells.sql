-- purpose: who computes and reads cells. No role of an application does: they count hidden contacts too

set role callintel_owner;

grant select, insert, delete on callintel_private.contact_cells to callintel_definer;

drop policy if exists "Definer code acts inside the verified org" on callintel_private.contact_cells;
create policy "Definer code acts inside the verified org" on callintel_private.contact_cells
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.contact_cells is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;

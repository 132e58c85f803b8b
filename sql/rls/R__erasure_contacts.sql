-- purpose: who reads and writes the contacts of erasures

set role callintel_owner;

grant select, insert, update on callintel_private.erasure_contacts to callintel_definer;

drop policy if exists "Definer code acts inside the verified org" on callintel_private.erasure_contacts;
create policy "Definer code acts inside the verified org" on callintel_private.erasure_contacts
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.erasure_contacts is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

-- write_event keeps out records of contacts that are being erased.
grant select (org_id, contact_id, closed_at) on callintel_private.erasure_contacts to callintel_writer;
drop policy if exists "Writer code finds erased contacts of the org that it verified"
    on callintel_private.erasure_contacts;
create policy "Writer code finds erased contacts of the org that it verified" on callintel_private.erasure_contacts
    for select to callintel_writer
    using (org_id = (select c.org_id from callintel_private.trusted_context c));
comment on policy "Writer code finds erased contacts of the org that it verified"
    on callintel_private.erasure_contacts is
    'For write_event only, which verifies the context before anything else.';

reset role;

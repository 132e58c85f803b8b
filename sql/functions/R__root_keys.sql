-- purpose: operations rewrap the keys of all orgs under another root key. They see ciphertext only, and change nothing
--          else.

set role callintel_owner;

drop policy if exists "Operations read keys of orgs" on callintel_private.org_keys;
create policy "Operations read keys of orgs" on callintel_private.org_keys
    for select to callintel_owner
    using (org_id is not null);
comment on policy "Operations read keys of orgs" on callintel_private.org_keys is 'The keys are wrapped.';
drop policy if exists "Operations rewrap keys of orgs" on callintel_private.org_keys;
create policy "Operations rewrap keys of orgs" on callintel_private.org_keys
    for update to callintel_owner
    using (state < 4) with check (state < 4);
comment on policy "Operations rewrap keys of orgs" on callintel_private.org_keys is
    'A destroyed key does not come back.';

reset role;

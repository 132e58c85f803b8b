-- purpose: who appends to the ledger of erasures. Nobody changes or removes an entry

set role callintel_owner;

grant select, insert on callintel_private.erasure_ledger to callintel_definer;

drop policy if exists "Definer code reads the ledger of the verified org" on callintel_private.erasure_ledger;
create policy "Definer code reads the ledger of the verified org" on callintel_private.erasure_ledger
    for select to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code reads the ledger of the verified org" on callintel_private.erasure_ledger is
    'For the functions that copy the ledger out of the database and repeat erasures.';

drop policy if exists "Definer code appends" on callintel_private.erasure_ledger;
create policy "Definer code appends" on callintel_private.erasure_ledger
    for insert to callintel_definer
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code appends" on callintel_private.erasure_ledger is 'In the verified org only.';

reset role;

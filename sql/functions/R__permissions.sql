-- purpose: the permission matrix, and a copy of each member's permissions in org_roles

set role callintel_owner;

grant select on callintel_private.role_permissions to callintel_definer;
grant select on callintel_private.privacy_rules to callintel_definer;

drop policy if exists "Definer code looks up permissions" on callintel_private.role_permissions;
create policy "Definer code looks up permissions" on callintel_private.role_permissions
    for select to callintel_definer
    using (role is not null);
comment on policy "Definer code looks up permissions" on callintel_private.role_permissions is
    'The matrix belongs to no org.';
drop policy if exists "Installation writes the matrix" on callintel_private.role_permissions;
create policy "Installation writes the matrix" on callintel_private.role_permissions
    for all to callintel_owner
    using (role is not null);
comment on policy "Installation writes the matrix" on callintel_private.role_permissions is
    'Only migrations write the matrix.';

-- A higher role number outranks a lower one. The bits are those of the SDK's Permission enumeration.
insert into callintel_private.role_permissions as p (role, name, permissions) values
    -- stores events of every member and reads none: for webhooks and importers
    (5, 'ingester', 32800 /* ingest | ingest_for_all */),
    -- metadata of all events and dashboards; no content, contacts masked
    (10, 'viewer', 19 /* read_events | read_all_events | read_dashboards */),
    -- own events and contacts, to read and to write
    (20, 'member', 125 /* read_events | read_content | read_contacts | read_dashboards | ingest | write_contacts */),
    -- all metadata and content that privacy rules allow; writes nothing
    (30, 'analyst', 31 /* read_events | read_all_events | read_content | read_contacts | read_dashboards */),
    -- everything but root keys and ownership
    (40, 'admin', 40959 /* all except manage_keys | transfer_ownership */),
    (50, 'owner', 65535 /* all */)
on conflict (role) do update set name = excluded.name, permissions = excluded.permissions
where (p.name, p.permissions) is distinct from (excluded.name, excluded.permissions);

reset role;
set role callintel_definer;

create or replace function callintel_private.set_permissions() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    new.permissions := (select p.permissions from callintel_private.role_permissions p where p.role = new.role);
    select o.lock_number, o.erasure_height
      into new.lock_number, new.erasure_height
      from callintel_private.orgs o
     where o.org_id = new.org_id;
    return new;
end $$;

update callintel_private.org_roles r set permissions = p.permissions, lock_number = o.lock_number
  from callintel_private.role_permissions p, callintel_private.orgs o
 where p.role = r.role and o.org_id = r.org_id
   and (r.permissions, r.lock_number) is distinct from (p.permissions, o.lock_number);

grant execute on function callintel_private.set_permissions to callintel_owner;
reset role;
set role callintel_owner;

create or replace trigger set_permissions before insert or update on callintel_private.org_roles
    for each row execute function callintel_private.set_permissions();

reset role;

-- purpose: the permission matrix, and what each member may do by it, kept ready in org_roles

set role callintel_owner;

grant select on callintel_private.role_permissions to callintel_definer;
grant select on callintel.privacy_rules to callintel_definer;
grant update (strictest_rule) on callintel.orgs to callintel_definer;

drop policy if exists "Definer code looks up permissions" on callintel_private.role_permissions;
create policy "Definer code looks up permissions" on callintel_private.role_permissions for select to callintel_definer using (role is not null);
drop policy if exists "Installation writes the matrix" on callintel_private.role_permissions;
create policy "Installation writes the matrix" on callintel_private.role_permissions for all to callintel_owner using (role is not null);

-- A role number outranks all below it. Bits as in the SDK's Permission enumeration.
insert into callintel_private.role_permissions as p (role, name, permissions) values
    (10, 'viewer',     19),  -- events' facts and dashboards; no content, contacts masked
    (20, 'member',    125),  -- own events and contacts, read and write
    (30, 'analyst',    31),  -- all facts and content that privacy rules allow; no writes
    (40, 'admin',    8191),  -- everything but ownership and root keys
    (50, 'owner',   32767)
on conflict (role) do update set name = excluded.name, permissions = excluded.permissions
where (p.name, p.permissions) is distinct from (excluded.name, excluded.permissions);

reset role;
set role callintel_definer;

-- 32768: no contact is restricted or hidden; 65536: nor is any content withheld
create or replace function callintel_private.openness(strictest_rule smallint) returns bigint
    language sql immutable as $$ select case strictest_rule when 0 then 98304 when 1 then 32768 else 0 end::bigint $$;

create or replace function callintel_private.permissions_of(member_role smallint, strictest_rule smallint) returns bigint
    language sql stable as $$
    select p.permissions | callintel_private.openness(strictest_rule)
      from callintel_private.role_permissions p
     where p.role = member_role
$$;

-- The row of the org is locked by whoever changes a role or a rule, so that neither computes from what the other is about to change. Rules touch it
-- even where nothing changes: a repeatable read transaction must fail rather than decide on an old snapshot.
create or replace function callintel_private.set_permissions() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    select callintel_private.permissions_of(new.role, o.strictest_rule) into new.permissions
      from callintel.orgs o where o.org_id = new.org_id for share;
    return new;
end $$;

-- The context of this transaction was sealed before the rule that it sets: from the next statement on it is not more open than the rule allows.
create or replace function callintel_private.narrow_context(org uuid, strictest_rule smallint) returns void
    language plpgsql volatile as $$
declare
    verified record;
begin
    if coalesce(current_setting('callintel.seal', true), '') = '' then
        return;  -- no session's transaction: somebody who installs, restores or repairs
    end if;
    verified := (select c from callintel_private.session_context c);
    if verified.org_id <> org or verified.permissions & 98304 & ~callintel_private.openness(strictest_rule) = 0 then
        return;
    end if;
    perform set_config('callintel.seal', encode(sha256(k.pad || timestamptz_send(transaction_timestamp()) || convert_to(
                set_config('callintel.context', left(current_setting('callintel.context'), 80)
                    || (verified.permissions & (callintel_private.openness(strictest_rule) | ~98304::bigint))::text, true), 'UTF8')), 'hex'), true)
       from callintel_private.context_key k;
end $$;

create or replace function callintel_private.set_strictest_rule() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    org       uuid;
    strictest smallint;
begin
    for org in select distinct c.org_id from changed c order by 1 loop
        perform from callintel.orgs o where o.org_id = org for no key update;
        select coalesce(max(r.level), 0) into strictest from callintel.privacy_rules r where r.org_id = org;
        update callintel.orgs o set strictest_rule = strictest where o.org_id = org;
        update callintel.org_roles r set permissions = callintel_private.permissions_of(r.role, strictest)
         where r.org_id = org and r.permissions is distinct from callintel_private.permissions_of(r.role, strictest);
        perform callintel_private.narrow_context(org, strictest);
    end loop;
    return null;
end $$;

update callintel.org_roles r set permissions = callintel_private.permissions_of(r.role, o.strictest_rule)
  from callintel.orgs o
 where o.org_id = r.org_id and r.permissions is distinct from callintel_private.permissions_of(r.role, o.strictest_rule);

grant execute on function callintel_private.set_permissions, callintel_private.set_strictest_rule to callintel_owner;
reset role;
set role callintel_owner;

create or replace trigger set_permissions before insert or update on callintel.org_roles
    for each row execute function callintel_private.set_permissions();

create or replace trigger rules_inserted after insert on callintel.privacy_rules
    referencing new table as changed for each statement execute function callintel_private.set_strictest_rule();
create or replace trigger rules_updated after update on callintel.privacy_rules
    referencing new table as changed for each statement execute function callintel_private.set_strictest_rule();
create or replace trigger rules_deleted after delete on callintel.privacy_rules
    referencing old table as changed for each statement execute function callintel_private.set_strictest_rule();

reset role;

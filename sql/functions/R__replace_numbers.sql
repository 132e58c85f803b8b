-- purpose: replacing a number of a contact, because it was wrong or because the person has another one

set role callintel_definer;

-- The SDK has to know whose key protects the new number before it encrypts it: a number of a merged contact stays
-- encrypted for that contact.
create or replace function callintel.find_number_owner(contact uuid, indexes uuid[]) returns uuid
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org   uuid := callintel_private.require(256 /* manage_privacy */);
    owner uuid;
begin
    perform callintel_private.refuse_hidden(org, array[contact]);
    owner := (select coalesce(n.merged_from, n.contact_id)
                from callintel_private.contact_numbers n
               where n.org_id = org and n.number_index = any (indexes)
                 and (n.contact_id = contact or n.merged_from = contact)
               limit 1);
    if owner is null then
        raise exception 'The contact does not have the number.'
            using errcode = 'CI407', hint = 'List the numbers of the contact, and pass one of them.';
    end if;
    return owner;
end $$;
comment on function callintel.find_number_owner is
    'Returns the contact whose key protects a number of a contact: the contact, or one that was merged into it.';

-- The former number either keeps leading to the contact, marked as replaced, or is removed. Events stay with the
-- contact in both cases. The request is one for rectification, or null.
create or replace function callintel.replace_contact_number(
    request uuid,
    contact uuid,
    from_indexes uuid[],
    to_indexes uuid[],
    kind smallint,
    number bytea,
    version integer,
    number_digest uuid,
    is_kept boolean)
    returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.lock_privacy_rule(contact);
    people uuid[];
    former record;
    next   record;
begin
    people := callintel_private.merged_group(org, contact);
    perform callintel_private.refuse_hidden(org, people);
    if request is not null then
        perform callintel.note_rectification(request, contact, null);
    end if;
    if exists (select from callintel_private.erasure_contacts x
                where x.org_id = org and x.contact_id = any (people))
       or exists (select from callintel_private.data_keys k
                   where k.org_id = org and k.purpose = 'person' and k.subject_id = any (people) and k.state = 4) then
        raise exception 'The contact was erased, or its erasure has started.'
            using errcode = 'CI026', hint = 'The numbers of an erased contact stay as they are.';
    end if;
    select n.number_index, n.contact_id, n.merged_from, n.is_suppressed
      into former
      from callintel_private.contact_numbers n
     where n.org_id = org and n.number_index = any (from_indexes) and n.replaced_at is null
       and (n.contact_id = contact or n.merged_from = contact)
     limit 1;
    if not found then
        raise exception 'The contact does not have the number.'
            using errcode = 'CI407', hint = 'List the numbers of the contact, and pass one of them.';
    end if;
    if not is_kept and callintel_private.held_contacts(org, people) <> '{}' then
        raise exception 'The contact is under a legal hold, so its former number cannot be removed.'
            using errcode = 'CI410', hint = 'Keep the former number, or release the hold first.';
    end if;
    select n.number_index, n.contact_id
      into next
      from callintel_private.contact_numbers n
     where n.org_id = org and n.number_index = any (to_indexes) and n.number_index <> former.number_index
     limit 1;
    if next.contact_id is distinct from null and next.contact_id <> former.contact_id then
        perform callintel_private.refuse_taken_number();
    end if;
    -- Ordered, so that the index is used.
    if (select s.number_digest from callintel_private.suppressions s
         where s.org_id = org order by s.number_digest limit 1) is not null then
        if number_digest is null then
            raise exception 'The numbers have to be compared with the list of suppressed numbers.'
                using errcode = 'CI378',
                      hint = 'Repeat the call with the digests of the numbers; the SDK does so itself.';
        end if;
        -- Whoever opted out has not consented by changing the number.
        if former.is_suppressed then
            insert into callintel_private.suppressions (org_id, number_digest, reason, added_by)
            values (org, replace_contact_number.number_digest, 2, callintel.current_member())
                on conflict do nothing;
            if found then
                perform callintel_private.grow_suppressions(org);
            end if;
        elsif exists (select from callintel_private.suppressions s
                       where s.org_id = org and s.number_digest = replace_contact_number.number_digest) then
            raise exception 'The new number is suppressed.'
                using errcode = 'CI409',
                      hint = 'If its holder consented again, remove it from the list with UnsuppressNumberAsync.';
        end if;
    end if;
    if next.contact_id is not null then
        -- A number of the contact that was replaced before, or that it has besides.
        update callintel_private.contact_numbers n
           set replaced_at = null, is_suppressed = n.is_suppressed or former.is_suppressed
         where n.org_id = org and n.number_index = next.number_index;
    else
        perform from callintel_private.org_keys k
          where k.org_id = org and k.kind = 2 and k.version = replace_contact_number.version and k.state = 1 for share;
        if not found then
            raise exception 'The number was indexed under a version of the blind-index key that is not the active one.'
                using errcode = 'CI143',
                      hint = 'Read the versions again, look for the numbers under all of them, and repeat the call.';
        end if;
        perform callintel_private.require_keys_of(org, array[number]);
        if not exists (select from callintel_private.data_keys k
                        where k.org_id = org and k.key_id = substr(number, 4, 32) and k.purpose = 'person'
                          and k.subject_id = coalesce(former.merged_from, former.contact_id)) then
            raise exception 'The number is encrypted with the key of another contact.'
                using errcode = 'CI407', hint = 'Encrypt it for the contact that find_number_owner returns.';
        end if;
        insert into callintel_private.contact_numbers (
            org_id,
            number_index,
            contact_id,
            merged_from,
            kind,
            number,
            index_version,
            is_suppressed)
        values (
            org,
            to_indexes[1],
            former.contact_id,
            former.merged_from,
            replace_contact_number.kind,
            replace_contact_number.number,
            replace_contact_number.version,
            former.is_suppressed)
            on conflict do nothing;
        if not found then
            -- A batch stored it meanwhile.
            perform callintel_private.refuse_taken_number();
        end if;
    end if;
    if is_kept then
        update callintel_private.contact_numbers n
           set replaced_at = now()
         where n.org_id = org and n.number_index = former.number_index;
    else
        delete from callintel_private.contact_numbers n
         where n.org_id = org and n.number_index = former.number_index;
    end if;
    perform callintel_private.audit(
        'replace number',
        'contact_numbers',
        1,
        contact,
        case when is_kept then 'former number kept' else 'former number removed' end);
end $$;
comment on function callintel.replace_contact_number is
    'Replaces a number of a contact. is_kept: the former number still leads to the contact; otherwise the next record '
    'with it gets a contact of its own. Events stay with the contact. request is a request for rectification, or null.';

create or replace function callintel_private.refuse_taken_number() returns void
    language plpgsql stable as $$
begin
    raise exception 'The new number belongs to another contact.'
        using errcode = 'CI408', hint = 'If both are the same person, merge the contacts with MergeAsync.';
end $$;

-- Texts of rejected records that were compared with a shorter list are not stored.
create or replace function callintel_private.grow_suppressions(org uuid) returns void
    language plpgsql volatile as $$
begin
    update callintel_private.orgs o
       set suppression_version = o.suppression_version + 1
     where o.org_id = org;
end $$;

grant execute on function
    callintel.find_number_owner,
    callintel.replace_contact_number
    to callintel_app;
reset role;

-- purpose: who finds contents by their words

set role callintel_owner;

-- Not the lexemes themselves: functions of callintel_member look at what callintel_search has matched once more.
grant select (org_id, event_id, chunk, revision, contact_id, member_id, sealed_for, level)
    on callintel_private.event_lexemes to callintel_member;
grant select on callintel_private.event_lexemes to callintel_search;
grant select, insert, update, delete on callintel_private.event_lexemes to callintel_definer;

drop policy if exists "Another org does not exist for functions" on callintel_private.event_lexemes;
create policy "Another org does not exist for functions" on callintel_private.event_lexemes
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 4 /* read_content */ = 4 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.event_lexemes is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.event_lexemes;
create policy "Functions read what the session may see" on callintel_private.event_lexemes
    for select to callintel_member
    using (((select c.reads_all from callintel_private.trusted_context c)
            or member_id = (select c.member_id from callintel_private.trusted_context c))
       and (level = any ((select c.content_levels from callintel_private.trusted_context c)::smallint[])
         or level = 2 and contact_id = any ((select callintel_private.own_listings())::uuid[])
            and (sealed_for is null
                 or sealed_for = any ((select callintel_private.own_merged_listings())::uuid[]))));
comment on policy "Functions read what the session may see" on callintel_private.event_lexemes is
    'The rule of the content that the words are taken from.';

-- The condition is the constant true on purpose: behind any other one, PostgreSQL does not use the index of lexemes,
-- because their operators are not leakproof.
drop policy if exists "Words are matched by one function" on callintel_private.event_lexemes;
create policy "Words are matched by one function" on callintel_private.event_lexemes
    for select to callintel_search
    using (true);
comment on policy "Words are matched by one function" on callintel_private.event_lexemes is
    'For rank_lexemes, which only functions of callintel_member can call. It takes the org and what the session may '
    'see as arguments, and returns ids that its callers look up under the policies of callintel_member.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.event_lexemes;
create policy "Definer code acts inside the verified org" on callintel_private.event_lexemes
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.event_lexemes is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;

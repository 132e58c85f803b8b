-- purpose: who uses embeddings for semantic search

set role callintel_owner;

grant select on callintel_private.event_embeddings to callintel_member, callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.event_embeddings;
create policy "Another org does not exist for functions" on callintel_private.event_embeddings
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 4 /* read_content */ = 4 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.event_embeddings is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.event_embeddings;
create policy "Another org does not exist for fenced views" on callintel_private.event_embeddings
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 4 /* read_content */ = 4 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.event_embeddings is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.event_embeddings;
create policy "Functions read what the session may see" on callintel_private.event_embeddings
    for select to callintel_member
    using (is_searchable
       and ((select c.reads_all from callintel_private.trusted_context c)
            or member_id = (select c.member_id from callintel_private.trusted_context c))
       and (level = any ((select c.content_levels from callintel_private.trusted_context c)::smallint[])
         or level = 2 and contact_id = any ((select callintel_private.own_listings())::uuid[])));
comment on policy "Functions read what the session may see" on callintel_private.event_embeddings is
    'The rule of the content that the vector is derived from, unless a privacy rule forbids to find it by search.';

drop policy if exists "Views read what the session may see" on callintel_private.event_embeddings;
create policy "Views read what the session may see" on callintel_private.event_embeddings
    for select to callintel_fence
    using (is_searchable
       and ((org_id, level) in (
               select case when c.reads_all and c.permissions & 4 /* read_content */ = 4 then c.org_id end, l.level
                 from callintel_private.session_context c, unnest(c.content_levels) as l (level))
           or (org_id, level, member_id) in (
               select case when c.permissions & 4 /* read_content */ = 4 then c.org_id end, l.level, c.member_id
                 from callintel_private.session_context c, unnest(c.content_levels) as l (level))
           or (org_id, level, contact_id) in (
               select case when c.reads_all then c.org_id end, 2::smallint, c.contact_id
                 from callintel_private.listed_contacts(4 /* read_content */) c)
           or (org_id, level, contact_id, member_id) in (
               select c.org_id, 2::smallint, c.contact_id, c.member_id
                 from callintel_private.listed_contacts(4 /* read_content */) c)));
comment on policy "Views read what the session may see" on callintel_private.event_embeddings is
    'The same with one look at the context, because two looks in one statement could meet two contexts.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.event_embeddings;
create policy "Definer code acts inside the verified org" on callintel_private.event_embeddings
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.event_embeddings is
    'For storing the vectors that a job computed, and deleting those of content that is gone.';

reset role;

-- purpose: the kinds of jobs and who reads them

set role callintel_owner;

grant select on callintel_private.job_kinds to callintel_definer, callintel_queue;

drop policy if exists "Installation writes the kinds of jobs" on callintel_private.job_kinds;
create policy "Installation writes the kinds of jobs" on callintel_private.job_kinds
    for all to callintel_owner
    using (kind is not null);
comment on policy "Installation writes the kinds of jobs" on callintel_private.job_kinds is
    'Only migrations write the kinds, because they say what a job may do in its org.';

drop policy if exists "Code of the package looks up kinds of jobs" on callintel_private.job_kinds;
create policy "Code of the package looks up kinds of jobs" on callintel_private.job_kinds
    for select to callintel_definer, callintel_queue
    using (kind is not null);
comment on policy "Code of the package looks up kinds of jobs" on callintel_private.job_kinds is
    'The kinds belong to no org.';

-- A kind has one enqueueing function, which checks who may ask for it.
insert into callintel_private.job_kinds as k (kind, version, permissions, max_attempts) values
    -- enqueue_key_rotation: gives the data keys of the org a new epoch of its key
    ('rotate_org_key', 1, 8192 /* manage_keys */, 20),
    -- enqueue_number_rotation: indexes the numbers of contacts with a new key
    ('rotate_number_index', 1, 8264 /* read_contacts | write_contacts | manage_keys */, 20),
    -- enable_text_search: indexes the words of contents. It reads the content of all contacts through functions that
    -- only jobs may call, so it needs no permission to see restricted or hidden ones
    ('index_events', 1, 12 /* read_content | read_contacts */, 20),
    -- enqueue_erasure and release_hold: erases the contacts of a request. It has to see the contacts, because it reads
    -- their numbers, which it suppresses and looks for in rejected records
    ('erase_subject', 1, 6479 /* read_events | read_all_events | read_content | read_contacts | write_contacts |
                                manage_privacy | see_restricted | see_hidden */, 20),
    -- enqueue_retention: deletes events that are older than their retention
    ('apply_retention', 1, 256 /* manage_privacy */, 20),
    -- enable_embeddings, enqueue_embedding and the end of a run: embeds content that is not embedded yet
    ('embed_events', 1, 6151 /* read_events | read_all_events | read_content | see_restricted | see_hidden */, 20)
on conflict (kind) do update
   set version = excluded.version, permissions = excluded.permissions, max_attempts = excluded.max_attempts
 where (k.version, k.permissions, k.max_attempts)
       is distinct from (excluded.version, excluded.permissions, excluded.max_attempts);
-- Hidden contacts are erased for a request of their subject: 2 is SubjectRequest.
update callintel_private.job_kinds k set purpose = 2 where k.kind = 'erase_subject' and k.purpose <> 2;
-- Content of hidden contacts is read for a purpose: 6 is Indexing.
update callintel_private.job_kinds k set purpose = 6 where k.kind = 'embed_events' and k.purpose <> 6;

reset role;

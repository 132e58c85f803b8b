using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Access;

// what stands in the two orgs
public sealed partial class TwinOrgTests
{
    /// <summary>
    /// Contacts that members of either org may not see, and invitations and members that only the twin has.
    /// </summary>
    async Task SeedMoreAsync()
    {
        foreach (TestOrg org in new[] { Twin, Own })
            await AdminAsync(
                $"""
                insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id,
                    channel, direction, outcome)
                select '{org.Id}', callintel.first_id(t), t, md5('twinsource0')::uuid, md5('twincontact3')::uuid,
                       '{org.Members[OrgRole.Admin]}', 1, 1, 2
                  from generate_series(timestamptz '2026-01-20 10:00Z', '2026-01-20 10:05Z', '1 minute') t;
                insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id,
                    channel, direction, outcome, external_id)
                select '{org.Id}', e.id,
                       timestamptz '{(org == Twin ? "2026-02-01 18:00Z" : "2026-02-01 10:00Z")}' 
                           + e.n * interval '1 minute',
                       md5('twinsource0')::uuid,
                       md5({(
                    org == Twin ? "case e.n when 16 then 'twincontact1' else 'twincontact0' end" : "'twincontact0'"
                )})::uuid,
                       case when e.n = 17
                            then '{(org == Twin ? Own.Members[OrgRole.Admin] : Own.Members[OrgRole.Member])}'
                            else '{(org == Twin ? Own.Members[OrgRole.Member] : Own.Members[OrgRole.Admin])}'
                       end::uuid, 2, 1, 1, 'x' || e.n
                  from
                       ({string.Join(
                    " union all ",
                    Enumerable.Range(8, 10).Where(n => org == Twin || n is not (9 or 14)).Select(n =>
                        $"select {Id(n, n)} as id, {n} as n"
                    )
                )}) e;
                insert into callintel_private.event_keys (org_id, record_key, event_id)
                select org_id, callintel_private.record_key(id), id from callintel_private.events
                 where org_id = '{org.Id}' and external_id in ('x8', 'x10', 'x11', 'x12', 'x13', 'x15', 'x16', 'x17');
                insert into callintel_private.event_contents (org_id, event_id, contact_id, member_id, body, body_hash)
                select org_id, id, contact_id, member_id, decode('c10100' || repeat('00', 60), 'hex'), 1
                  from callintel_private.events where org_id = '{org.Id}' and external_id ~ '^x1.';
                insert into callintel_private.contacts (org_id, id, created_by)
                values ('{org.Id}', md5('kept there')::uuid, '{org.Members[OrgRole.Admin]}');
                """
            );
        await AdminAsync(
            $"""
            -- former names of the source in both orgs, and a source of the twin's
            insert into callintel_private.sync_sources (org_id, id, name, kind, renamed_to)
            values ('{Twin.Id}', md5('alias')::uuid, 'alias there', 'test', md5('twinsource0')::uuid),
             ('{Own.Id}', md5('alias')::uuid, 'alias', 'test', md5('twinsource0')::uuid),
                   ('{Twin.Id}', md5('former')::uuid, 'former there', 'test', md5('twinsource0')::uuid),
                    ('{Twin.Id}', md5('alone')::uuid, 'alone there', 'test', null);
            insert into callintel_private.events
                (org_id, id, occurred_at, source_id, member_id, channel, direction, outcome)
            values ('{Twin.Id}', callintel.first_id('2026-01-25 10:00Z'), '2026-01-25 10:00Z', md5('twinsource0')::uuid,
             '{Own.Members[OrgRole.Owner]}', 1, 1, 2);
            update callintel_private.sync_sources set retired_at = '2026-01-01'
             where org_id = '{Twin.Id}' and id = md5('twinsource0')::uuid;
            -- a participant whom everybody sees, of an event of the twin alone
            insert into callintel_private.event_participants
                (org_id, event_id, member_id, party_id, ordinal, role, outcome)
            values ('{Twin.Id}', {Id(9, 9)}, '{Own.Members[OrgRole.Owner]}', md5('numbered there')::uuid, 0, 2, 0);
            insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, wrapped)
            values ('{Twin.Id}', sha256('kept there'), 'person', md5('kept there')::uuid, 1,
                    decode(repeat('00', 61), 'hex'));
            -- reported last by the twin's source
            insert into callintel_private.event_details (org_id, event_id, contact_id, member_id, modified_at)
            select org_id, id, contact_id, member_id, '2099-01-01' from callintel_private.events
             where org_id = '{Twin.Id}' and external_id = 'x8';
            insert into callintel_private.event_details (org_id, event_id, modified_at)
            values ('{Twin.Id}', {Id(23, 23)}, '2099-01-01');
            update callintel_private.event_details set modified_at = '2099-01-01'
             where org_id = '{Twin.Id}' and event_id = {Id(4, 4)};
            delete from callintel_private.event_details where org_id = '{Own.Id}' and event_id = {Id(4, 4)};
            -- words that the twin alone has
            insert into callintel_private.event_contents (org_id, event_id, contact_id, member_id, body, body_hash)
            select org_id, id, contact_id, member_id, decode('c10100' || repeat('00', 60), 'hex'), 1
              from callintel_private.events where org_id = '{Twin.Id}' and external_id = 'x8';
            -- other events under the same keys
            update callintel_private.event_keys k
               set event_id = case external_id when 'x2' then {Id(11, 11)} when 'x3' then {Id(10, 10)} when 'x8'
                   then {Id(12, 12)} when 'x17' then {Id(10, 10)} else {Id(7, 7)} end
              from callintel_private.events e where e.org_id = '{Twin.Id}'
               and e.external_id in ('x2', 'x3', 'x4', 'x8', 'x17') and k.org_id = e.org_id and k.event_id = e.id;
            insert into callintel_private.event_keys (org_id, record_key, event_id)
            values ('{Twin.Id}', callintel_private.record_key({Id(14, 14)}), {Id(12, 12)});
            -- changed here, hidden there
            update callintel_private.events set contact_id = md5('twincontact3')::uuid
             where org_id = '{Twin.Id}' and external_id = 'x1';
            -- whoever takes any of several rows takes the first or the last: of two such events the twin's row is the
            -- first of one, and now the last of the other
            update callintel_private.events set contact_id = md5('twincontact1')::uuid
             where org_id = '{Twin.Id}' and external_id = 'x4';
            update callintel_private.events set utc_offset_minutes = 0
             where org_id = '{Twin.Id}' and external_id = 'x15';
            insert into callintel_private.event_tombstones (org_id, record_key, kind)
            values ('{Twin.Id}', callintel_private.record_key({Id(18, 18)}), 1),
                   ('{Twin.Id}', callintel_private.record_key({Id(19, 19)}), 1),
                   ('{Twin.Id}', callintel_private.record_key({Id(21, 21)}), 1),
                   ('{Twin.Id}', callintel_private.record_key({Id(22, 22)}), 2);
            update callintel_private.sync_streams set cursor = 'theirs'
             where org_id = '{Twin.Id}' and id = md5('twinstream0')::uuid;
            insert into callintel_private.contacts (org_id, id, created_by)
            select '{Twin.Id}', md5('in vain ' || n)::uuid, '{Twin.Members[OrgRole.Admin]}'
              from generate_series(1, 2) n;
            insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, wrapped)
            values ('{Twin.Id}', sha256('far'), 'person', md5('far')::uuid, 9, decode(repeat('00', 61), 'hex'));
            -- erased there, and here somebody with words
            insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, state, destroyed_at)
            values ('{Twin.Id}', sha256('erased there'), 'person', md5('twincontact0')::uuid, 1, 4, now());
            insert into callintel_private.org_roles (org_id, member_id, role, granted_by)
            values ('{Twin.Id}', '{Own.Members[OrgRole.Owner]}', 50, '{Own.Members[OrgRole.Owner]}');
            insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by)
            values ('{Twin.Id}', md5('kept there')::uuid, 3, '{Twin.Members[OrgRole.Admin]}');
            -- a contact that everybody sees, with a number there and without one here
            insert into callintel_private.contacts (org_id, id, created_by)
            select o, md5('numbered there')::uuid, '{Own.Members[OrgRole.Admin]}'
              from unnest(array['{Twin.Id}', '{Own.Id}']::uuid[]) o;
            insert into callintel_private.contact_numbers
                (org_id, number_index, contact_id, kind, number, index_version)
            values ('{Twin.Id}', md5('number there')::uuid, md5('numbered there')::uuid, 1,
                    decode('c10100' || repeat('00', 60), 'hex'), 1);
            insert into callintel_private.contacts (org_id, id, created_by)
            values ('{Twin.Id}', md5('their contact')::uuid, '{Twin.Members[OrgRole.Admin]}');
            insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
            select '{Twin.Id}', md5('twincontact2')::uuid, m
              from unnest(array['{Own.Members[OrgRole.Viewer]}', '{Own.Members[OrgRole.Owner]}']::uuid[]) m;
            insert into callintel_private.invitations (org_id, id, role, token_digest, invited_by, expires_at)
            values ('{Twin.Id}', md5('their invitation')::uuid, 20, sha256('theirs'), '{Own.Members[OrgRole.Owner]}',
                now() + interval '1 day');
            -- an event of the twin, whose contact a new record here must not take
            insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id, channel,
                direction, outcome)
            values ('{Twin.Id}', {Id(26, 26)}, '2026-02-01 10:26Z', md5('twinsource0')::uuid,
                    md5('twincontact1')::uuid, '{Own.Members[OrgRole.Owner]}', 2, 1, 1);
            -- a superuser's inserts set no levels
            select callintel_private.set_levels(r.org_id, array_agg(r.contact_id))
              from callintel_private.privacy_rules r group by r.org_id;
            """
        );
    }

    async Task SeedAsync()
    {
        // the twin first: whoever picks any of several rows picks its
        foreach (TestOrg org in new[] { Twin, Own })
        {
            await SampleRows.SeedAsync(Database, org, "twin");
            string id = $"'{org.Id}'::uuid",
                events = string.Join(
                    " union all ",
                    Enumerable.Range(1, 4).Select(n => $"select {Id(n, n)} as id, {n} as n")
                );
            await AdminAsync(
                $"""
                update callintel_private.contact_numbers n
                   set number = '\xc10100'::bytea || sha256(case when number_index = md5('twinindex2')::uuid
                       then 'q' else 'k' end::bytea) || decode(repeat('00', 28), 'hex')
                 where org_id = {id};
                insert into callintel_private.org_keys (org_id, kind, version, state, root_key_id, wrapped)
                values ({id}, 1, 1, 1, 'test', '\x00'), ({id}, 2, 1, 1, 'test', '\x00');
                insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, wrapped)
                select {id}, sha256(k::bytea), 'person', md5(subject)::uuid, 1, decode(repeat('00', 61), 'hex')
                  from (values ('k', 'subject'), ('q', 'q')) as x (k, subject);
                insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id,
                    channel, direction, outcome, external_id)
                select {id}, e.id, timestamptz '2026-02-01 10:00Z' + e.n * interval '1 minute',
                       md5('twinsource0')::uuid, md5('twincontact0')::uuid, '{org.Members[OrgRole.Admin]}', 2, 1, 1,
                       'x' || e.n
                  from ({events}) e;
                insert into callintel_private.event_contents (org_id, event_id, contact_id, member_id, body, body_hash)
                select org_id, id, contact_id, member_id, decode('c10100' || repeat('00', 60), 'hex'), 1
                  from callintel_private.events where org_id = {id} and external_id ~ '^x';
                insert into callintel_private.event_details (org_id, event_id, contact_id, member_id, status)
                select org_id, id, contact_id, member_id, 's' from callintel_private.events
                 where org_id = {id} and external_id ~ '^x';
                insert into callintel_private.event_parts (org_id, event_id, contact_id, member_id, ordinal, media_type,
                    reference, reference_hash)
                select org_id, id, contact_id, member_id, 0, 'image/png', decode('c10100' || repeat('00', 60), 'hex'), 1
                  from callintel_private.events where org_id = {id} and external_id ~ '^x';
                insert into callintel_private.event_participants (org_id, event_id, contact_id, member_id, party_id,
                    ordinal, role, outcome)
                select org_id, id, contact_id, member_id, contact_id, 0, 2, 0 from callintel_private.events
                 where org_id = {id} and external_id ~ '^x';
                insert into callintel_private.event_embeddings (org_id, event_id, model, chunk, contact_id, member_id,
                    content_hash, embedding)
                select org_id, id, 1, 0, contact_id, member_id, '\x00', '[1,2,3]' from callintel_private.events
                 where org_id = {id} and external_id ~ '^x';
                insert into callintel_private.event_keys (org_id, record_key, event_id)
                select org_id, callintel_private.record_key(id), id from callintel_private.events
                 where org_id = {id} and external_id ~ '^x';
                """
            );
        }
        string twin = $"'{Twin.Id}'::uuid";
        await AdminAsync(
            $"""
            update callintel_private.org_keys set state = 2 where org_id = {twin};
            insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped)
            values ({twin}, 1, 7, 'test', '\x00'), ({twin}, 2, 5, 'test', '\x00');
            update callintel_private.data_keys set state = 4, wrapped = null, destroyed_at = now()
             where org_id = {twin} and subject_id = md5('q')::uuid;
            insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, state, wrapped,
                destroyed_at)
            select {twin}, sha256(k::bytea), 'person', md5(subject)::uuid, 1, state, case state when 1
                   then decode(repeat('00', 61), 'hex') end, case state when 4 then now() end
              from (values ('theirs', 'theirs', 1), ('gone', 'gone', 4), ('past', 'subject', 4)) as x (k, subject,
                   state);
            insert into callintel_private.contact_numbers (org_id, number_index, contact_id, kind, number,
                index_version)
            select {twin}, md5(x)::uuid, md5('twincontact0')::uuid, 1, decode('c10100' || repeat('00', 60), 'hex'), 1
              from unnest(array['theirs', 'claimed there']) x;
            insert into callintel_private.sync_sources (org_id, id, name, kind)
            values ({twin}, md5('their source')::uuid, 'theirs', 'test');
            insert into callintel_private.sync_streams (org_id, id, source_id, name, cursor)
            values ({twin}, md5('their stream')::uuid, md5('their source')::uuid, 'default', 'theirs');
            insert into callintel_private.events (org_id, id, occurred_at, source_id, member_id, channel, direction,
                outcome)
            values ({twin}, {Id(7, 7)}, '2026-02-01 10:07Z', md5('twinsource0')::uuid, '{Own.Members[OrgRole.Owner]}',
                2, 1, 1);
            insert into callintel_private.event_tombstones (org_id, record_key, kind)
            values ({twin}, callintel_private.record_key({Id(5, 5)}), 1),
                   ({twin}, callintel_private.record_key({Id(6, 6)}), 2);
            """
        );
    }
}

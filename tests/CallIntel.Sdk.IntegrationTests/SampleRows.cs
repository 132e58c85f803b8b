using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests;

/// <summary>Rows of one org in every table, so that an empty result can only come from a policy.</summary>
static class SampleRows
{
    /// <summary>
    /// Four contacts, one of each privacy level, and for each an event with content and a vector of the member's and
    /// one of the admin's.
    /// </summary>
    internal static Task SeedAsync(TestDatabase database, TestOrg org, string? salt = null) =>
        SeedAsync(database.Admin, org, salt);

    /// <param name="admin">Connections of a superuser.</param>
    /// <param name="org">The org.</param>
    /// <param name="salt">What ids are made of; orgs of the same one get rows of the same ids. Default: the
    /// org.</param>
    internal static async Task SeedAsync(NpgsqlDataSource admin, TestOrg org, string? salt = null)
    {
        const string Sql = """
            insert into callintel_private.contacts (org_id, id, created_by)
            select $1, pg_temp.id('contact', n), $3 from generate_series(0, 3) n;

            insert into callintel_private.contact_numbers (org_id, number_index, contact_id, kind, number,
                index_version)
            select $1, pg_temp.id('index', n), pg_temp.id('contact', n), 1, pg_temp.envelope('+452000000' || n), 1
              from generate_series(0, 3) n;

            insert into callintel_private.contact_profiles (org_id, contact_id, display_name)
            select $1, pg_temp.id('contact', n), pg_temp.envelope('name ' || n) from generate_series(0, 3) n;

            insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by)
            select $1, pg_temp.id('contact', n), n, $3 from generate_series(0, 3) n;

            insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
            select $1, pg_temp.id('contact', 2), $3;

            insert into callintel_private.invitations (org_id, id, role, token_digest, invited_by, expires_at)
            values ($1, pg_temp.id('invitation', 0), 10, sha256('sample'), $3, now() + interval '1 day');

            insert into callintel_private.sync_sources (org_id, id, name, kind)
            values ($1, pg_temp.id('source', 0), 'sample', 'test');
            insert into callintel_private.sync_streams (org_id, id, source_id, name)
            values ($1, pg_temp.id('stream', 0), pg_temp.id('source', 0), 'default');
            insert into callintel_private.sync_runs (org_id, id, stream_id, member_id)
            values ($1, pg_temp.id('run', 0), pg_temp.id('stream', 0), $3);
            insert into callintel_private.ingest_rejects (org_id, run_id, ordinal, reason)
            values ($1, pg_temp.id('run', 0), 0, 'malformed');

            insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id, channel,
                direction, outcome, external_id)
            select $1, callintel.first_id(t), t, pg_temp.id('source', 0), pg_temp.id('contact', n), m, 2, 1, 1,
                   'record ' || n || k
              from generate_series(0, 3) n, (values (0, $2), (1, $3)) as who (k, m),
                   lateral (select timestamptz '2026-01-10 10:00:00Z' + (2 * n + k) * interval '1 minute' as t) at;

            insert into callintel_private.event_contents (org_id, event_id, contact_id, member_id, body)
            select e.org_id, e.id, e.contact_id, e.member_id, pg_temp.envelope('text') from callintel_private.events e
             where e.org_id = $1;

            insert into callintel_private.event_details (org_id, event_id, contact_id, member_id, status, price_micros)
            select e.org_id, e.id, e.contact_id, e.member_id, 'completed', 1 from callintel_private.events e
             where e.org_id = $1;

            insert into callintel_private.event_parts (org_id, event_id, contact_id, member_id, ordinal, media_type,
                reference, reference_hash)
            select e.org_id, e.id, e.contact_id, e.member_id, 0, 'image/png', pg_temp.envelope('a.png'), 1
              from callintel_private.events e where e.org_id = $1;

            insert into callintel_private.event_participants (org_id, event_id, contact_id, member_id, party_id,
                ordinal, role, outcome)
            select e.org_id, e.id, e.contact_id, e.member_id, e.contact_id, 0, 2, 0 from callintel_private.events e
             where e.org_id = $1;

            insert into callintel_private.event_keys (org_id, record_key, event_id)
            select e.org_id, e.id, e.id from callintel_private.events e where e.org_id = $1;

            insert into callintel_private.event_tombstones (org_id, record_key, kind)
            values ($1, pg_temp.id('tombstone', 0), 1);
            insert into callintel_private.dirty_buckets (org_id, bucket) values ($1, '2026-01-10 10:00Z');
            insert into callintel_private.total_cells (org_id, grain, has_legs, bucket, channel, direction, events,
                answered, missed, talk_s)
            values ($1, 1, false, '2026-01-10 10:00Z', 1, 1, 1, 1, 0, 1);
            insert into callintel_private.event_cells (org_id, is_day, has_legs, bucket, channel, direction, outcome,
                line_id, events, talk_s)
            values ($1, false, false, '2026-01-10 10:00Z', 1, 1, 1, pg_temp.id('line', 0), 1, 1);
            insert into callintel_private.member_cells (org_id, is_day, has_legs, bucket, member_id, channel,
                direction, outcome, events, talk_s)
            values ($1, false, false, '2026-01-10 10:00Z', $2, 1, 1, 1, 1, 1);
            insert into callintel_private.contact_cells (org_id, bucket, contact_id, level, events, talk_s)
            values ($1, '2026-01-10 00:00Z', pg_temp.id('contact', 0), 1, 1, 1);
            insert into callintel_private.wait_cells (org_id, kind, bucket, channel, level, wait_s, events)
            values ($1, 1, '2026-01-10 00:00Z', 2, 1, 60, 1);
            insert into callintel_private.dropped_months (org_id, month, events) values ($1, '2024-01-01', 3);

            insert into callintel_private.change_feed (org_id, kind, scope, level, events, member_id, contact_id,
                range_from, range_to)
            select $1, 1, 2, n, 1, m, pg_temp.id('contact', n), '2026-01-10 10:00Z', '2026-01-10 10:15Z'
              from generate_series(0, 3) n, unnest(array[$2, $3]) m;

            insert into callintel_private.event_embeddings (org_id, event_id, model, chunk, contact_id, member_id,
                content_hash, embedding)
            select e.org_id, e.id, 1, 0, e.contact_id, e.member_id, '\x00', '[1,2,3]' from callintel_private.events e
             where e.org_id = $1;

            insert into callintel_private.event_lexemes (org_id, event_id, chunk, revision, contact_id, member_id,
                channel, direction, source_id, words, lexemes)
            select e.org_id, e.id, 0, 1, e.contact_id, e.member_id, e.channel, e.direction, e.source_id, 1,
                   'AAAAAAAAAA:1'
              from callintel_private.events e where e.org_id = $1;
            insert into callintel_private.search_states (org_id, is_enabled, language, analyzer, key_version)
            values ($1, true, 1, 1, 1);
            insert into callintel_private.embedding_models (org_id, model, name, dimensions, state, daily_limit,
                enabled_by)
            values ($1, 1, 'sample', 3, 1, 100, $2);
            insert into callintel_private.event_embedding_states (org_id, model, event_id)
            select e.org_id, 1, e.id from callintel_private.events e where e.org_id = $1;

            insert into callintel_private.lines (org_id, line_id, member_id) values ($1, pg_temp.id('line', 0), $2);
            insert into callintel_private.line_profiles (org_id, line_id, number, label)
            values ($1, pg_temp.id('line', 0), pg_temp.envelope('line'), pg_temp.envelope('label'));
            insert into callintel_private.member_profiles (org_id, member_id, display_name)
            select $1, m, pg_temp.envelope('member') from unnest(array[$2, $3]) m;
            insert into callintel_private.teams (org_id, team_id, name) values ($1, pg_temp.id('team', 0), 'team');
            insert into callintel_private.team_members (org_id, team_id, member_id)
            values ($1, pg_temp.id('team', 0), $2);
            insert into callintel_private.business_hours (org_id, weekday, opens, closes)
            values ($1, 1, '09:00', '17:00');
            insert into callintel_private.holidays (org_id, day) values ($1, '2026-12-25');
            -- completed, so that it opens nothing
            insert into callintel_private.org_deletions (org_id, requested_by, completed_at) values ($1, $3, now());
            insert into callintel_private.jobs (org_id, job_id, kind, version, run_at)
            values ($1, pg_temp.id('job', 0), 'rotate_org_key', 1, now());

            insert into callintel_private.access_log (org_id, id, member_id, purpose, request_id, fields, row_count,
                is_alert, event_ids, contact_ids, other_ids)
            values ($1, pg_temp.id('access', 0), $3, 1, pg_temp.id('request', 0), 32, 1, true, '{}',
                array[pg_temp.id('contact', 0)], '{}');
            insert into callintel_private.audit_modes (org_id, mode, set_by) values ($1, 0, $3);
            insert into callintel_private.audit_seals (org_id, horizon, identity, sealed_at) values ($1, 0, '', now());
            insert into callintel_private.audit_trees (org_id, month, size, frontier)
            values ($1, '2026-01-01', 1, sha256('leaf'));
            insert into callintel_private.audit_leaves (org_id, month, position, ledger, row_id, leaf_hash)
            values ($1, '2026-01-01', 0, 1, pg_temp.id('leaf', 0), sha256('leaf'));
            insert into callintel_private.audit_checkpoints (org_id, month, size, root, horizon, next_xid, identity,
                sealed_at, note)
            values ($1, '2026-01-01', 1, sha256('leaf'), 0, 0, '', now(), 'note');
            insert into callintel_private.honey_tokens (org_id, contact_id, marked_by)
            values ($1, pg_temp.id('contact', 0), $3);

            insert into callintel_private.subject_requests (org_id, request_id, regulation, request_type, manner,
                received_at, opened_by, due_at)
            values ($1, pg_temp.id('request', 0), 1, 1, 0, '2026-01-10 10:00Z', $3, '2026-02-11 00:00Z');
            insert into callintel_private.subject_request_identities (org_id, request_id, ordinal, kind, value)
            values ($1, pg_temp.id('request', 0), 1, 1, pg_temp.envelope('identity'));
            insert into callintel_private.subject_request_contacts (org_id, request_id, contact_id)
            values ($1, pg_temp.id('request', 0), pg_temp.id('contact', 0));
            insert into callintel_private.subject_request_rules (org_id, rule_id, request_id, contact_id, rule_before,
                rule_after, set_by)
            values ($1, pg_temp.id('rule', 0), pg_temp.id('request', 0), pg_temp.id('contact', 0), '{}', '{}', $3);
            insert into callintel_private.subject_request_history (org_id, request_id, number, actor, to_state, reason)
            values ($1, pg_temp.id('request', 0), 1, $3, 1, 1);

            insert into callintel_private.legal_holds (org_id, hold_id, contact_id, reason, placed_by, released_by,
                released_at)
            values ($1, pg_temp.id('hold', 0), pg_temp.id('contact', 0), 1, $3, $3, now());
            insert into callintel_private.erasures (org_id, request_id, requested_by, suppresses)
            values ($1, pg_temp.id('request', 0), $3, true);
            insert into callintel_private.erasure_contacts (org_id, request_id, contact_id)
            values ($1, pg_temp.id('request', 0), pg_temp.id('contact', 0));
            insert into callintel_private.erasure_rows (org_id, request_id, relation, action, rows)
            values ($1, pg_temp.id('request', 0), 'events', 1, 1);
            insert into callintel_private.erasure_certificates (org_id, request_id, height, certificate)
            values ($1, pg_temp.id('request', 0), 1, 'sample');
            insert into callintel_private.erasure_ledger (org_id, height, kind, request_id, contacts, numbers,
                recorded_at, recorded_by, digest)
            values ($1, 1, 1, pg_temp.id('request', 0), array[pg_temp.id('contact', 0)], '{}', '2026-01-10 10:00Z', $3,
                sha256('sample'));
            insert into callintel_private.suppressions (org_id, number_digest, reason, added_by)
            values ($1, pg_temp.id('suppressed', 0), 1, $3);

            -- a superuser's inserts set no levels
            select callintel_private.set_levels($1, array(select r.contact_id from callintel_private.privacy_rules r
                where r.org_id = $1));
            """;
        await using NpgsqlConnection connection = await admin.OpenConnectionAsync();
        await using (
            NpgsqlCommand helper = new(
                $"""
                create or replace function pg_temp.id(kind text, n integer) returns uuid language sql as $$
                    select md5('{salt ?? org.Id.ToString()}' || kind || n)::uuid $$;
                -- the shape of ciphertext, which is all that a protected column asks for
                create or replace function pg_temp.envelope(value text) returns bytea language sql as $$
                    select '\xc10100'::bytea || sha256(convert_to(value, 'UTF8')) || substr(sha256('tail'), 5) $$;
                """,
                connection
            )
        )
            await helper.ExecuteNonQueryAsync();
        string sql = Sql.Replace("$1", $"'{org.Id}'::uuid", StringComparison.Ordinal)
            .Replace("$2", $"'{org.Members[OrgRole.Member]}'::uuid", StringComparison.Ordinal)
            .Replace("$3", $"'{org.Members[OrgRole.Admin]}'::uuid", StringComparison.Ordinal);
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

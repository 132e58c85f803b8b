using System.Globalization;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Audit;

/// <summary>What filing changes costs, beside the same database without it and beside row triggers.</summary>
static class ChangeFigures
{
    /// <summary>Makes a database file nothing: the functions do nothing, and the triggers are gone.</summary>
    const string FileNothing = """
        create or replace function callintel_private.audit(
            action text, object text, row_count bigint, subject_id uuid default null, detail text default null)
            returns void language plpgsql volatile as $$ begin end $$;
        create or replace function callintel_private.audit_rows(action text, object text, row_count bigint)
            returns void language plpgsql volatile as $$ begin end $$;
        do $$
        declare
            t record;
        begin
            for t in select g.tgname, g.tgrelid::regclass as relation from pg_trigger g
                      where g.tgfoid = 'callintel_private.file_statement'::regproc loop
                execute format('drop trigger %I on %s', t.tgname, t.relation);
            end loop;
        end $$
        """;

    internal static async Task<Figure> CopyAsync(MigratedTemplate template, ScorecardSize size)
    {
        int rows = size.Pick(100_000, 10_000);
        await using TestDatabase filing = await template.CloneAsync(),
            silent = await template.CloneAsync();
        await ExecuteAsync(silent, FileNothing);
        EventRecord[] records = [.. new SeededFeed(rows, orgs: 1).GetRecords(0).Take(rows)];
        int orgs = 0;
        Interleaved.Comparison times = await Interleaved.CompareAsync(
            _ => IngestAsync(filing, records, ++orgs),
            _ => IngestAsync(silent, records, ++orgs),
            calls: 1,
            runs: size.Pick(9, 3)
        );
        return Figure.Create(
            "audit",
            "copy_100k_summary_vs_none",
            times.Ratios,
            "ratio",
            1.10,
            false,
            $"{times.Note}; {rows:N0} new records imported into a new org; theirs: the same schema without triggers "
                + "and filing"
        );
    }

    internal static async Task<Figure> UpdateAsync(MigratedTemplate template, ScorecardSize size)
    {
        await using TestDatabase filing = await template.CloneAsync(),
            silent = await template.CloneAsync();
        await ExecuteAsync(silent, FileNothing);
        (OrgSession ours, ContactId ourContact) = await OpenAsync(filing);
        (OrgSession theirs, ContactId theirContact) = await OpenAsync(silent);
        await using OrgSession _ = ours;
        await using OrgSession __ = theirs;
        Interleaved.Comparison times = await Interleaved.CompareAsync(
            async i =>
            {
                await ours.Contacts.SetDisplayNameAsync(ourContact, $"name {i}");
                return 1;
            },
            async i =>
            {
                await theirs.Contacts.SetDisplayNameAsync(theirContact, $"name {i}");
                return 1;
            },
            size.Pick(500, 100),
            size.Pick(9, 3)
        );
        return Figure.Create(
            "audit",
            "oltp_update",
            times.Ratios,
            "ratio",
            1.10,
            false,
            $"{times.Note}; the name of a contact is changed, one round trip and one commit; loopback, fsync on"
        );
    }

    /// <summary>Inserts the same rows into a table with our triggers and into one with a row trigger.</summary>
    internal static async Task<Figure> ImagesAsync(MigratedTemplate template, ScorecardSize size, bool supaAudit)
    {
        int rows = size.Pick(50_000, 5_000);
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("images");
        await ExecuteAsync(
            database,
            """
            create table callintel_private.images_ours (
                org_id uuid, id uuid, contact_id uuid, level smallint, made_at timestamptz, body callintel.envelope,
                primary key (org_id, id));
            alter table callintel_private.images_ours owner to callintel_owner;
            set role callintel_owner;
            select callintel_private.attach_audit_triggers('callintel_private.images_ours');
            select callintel.set_default_audit_mode(2::smallint);
            reset role;
            create table public.images_theirs (like callintel_private.images_ours including indexes);
            create table public.row_log (
                id bigint generated always as identity primary key, record_id uuid, old_record_id uuid, op text,
                ts timestamptz default now(), table_oid oid, table_schema text, table_name text, record jsonb,
                old_record jsonb);
            """
        );
        // supa_audit's idea, written anew: an id of the record from its key, and indexes to find its versions
        await ExecuteAsync(
            database,
            supaAudit
                ? """
                create index on public.row_log (record_id) where record_id is not null;
                create index on public.row_log using brin (ts);
                create function public.log_row() returns trigger language plpgsql as $$
                declare
                    record jsonb := to_jsonb(new);
                begin
                    insert into public.row_log (record_id, op, table_oid, table_schema, table_name, record)
                    values (md5(tg_relid::text || (record ->> 'org_id') || (record ->> 'id'))::uuid, tg_op, tg_relid,
                            tg_table_schema, tg_table_name, record);
                    return new;
                end $$;
                create trigger log_row after insert on public.images_theirs
                    for each row execute function public.log_row();
                """
                : """
                create function public.log_row() returns trigger language plpgsql as $$
                begin
                    insert into public.row_log (op, table_name, record)
                    values (tg_op, tg_table_name, to_jsonb(new));
                    return new;
                end $$;
                create trigger log_row after insert on public.images_theirs
                    for each row execute function public.log_row();
                """
        );
        Interleaved.Comparison times = await Interleaved.CompareAsync(
            _ => InsertAsync(database, "public.images_theirs", org, rows),
            _ => InsertAsync(database, "callintel_private.images_ours", org, rows),
            calls: 1,
            runs: size.Pick(9, 3)
        );
        return Figure.Create(
            "audit",
            supaAudit ? "images_vs_supa_audit" : "images_vs_row_triggers",
            times.Ratios,
            "ratio",
            3,
            true,
            string.Create(
                CultureInfo.InvariantCulture,
                $"row trigger {times.OursUs:0} us, ours {times.TheirsUs:0} us; {rows:N0} rows in one statement"
            )
        );
    }

    static async Task<long> IngestAsync(TestDatabase database, EventRecord[] records, int number)
    {
        TestOrg org = await database.CreateOrgAsync($"org {number}");
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource("generated"),
            records.ToAsyncEnumerable()
        );
        return report.Inserted;
    }

    static async Task<(OrgSession Session, ContactId Contact)> OpenAsync(TestDatabase database)
    {
        TestOrg org = await database.CreateOrgAsync("updates");
        OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        await session.Ingestion.IngestAsync(
            new IngestSource("generated"),
            new SeededFeed(100, orgs: 1).GetRecords(0).Take(20).ToAsyncEnumerable()
        );
        ConversationEvent stored = await session
            .Events.ReadAsync(EventFilter.All)
            .FirstAsync(e => e.Contact is not null);
        return (session, stored.Contact!.Value);
    }

    static async Task<long> InsertAsync(TestDatabase database, string table, TestOrg org, int rows)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            $"""
            insert into {table} (org_id, id, contact_id, level, made_at, body)
            select '{org.Id}', gen_random_uuid(), gen_random_uuid(), 0, now(),
                   ('\xc10100' || repeat('ab', 120))::bytea
              from generate_series(1, {rows})
            """
        );
        return await command.ExecuteNonQueryAsync();
    }

    static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

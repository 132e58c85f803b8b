using System.Globalization;
using System.Text;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.SubjectRequests;

/// <summary>
/// Erases a planted person and looks for it: in a dump, in all files of the database after VACUUM, in the write-ahead
/// log after checkpoints, in the log of a server that logs every statement with its parameters, in the change feed, in
/// what the process still finds, in embeddings, and in exports.
/// </summary>
static class LeftoverFigures
{
    internal static async Task<Figure[]> MeasureAsync()
    {
        PostgresServerOptions options = new() { Progress = Console.Error.WriteLine };
        options.Settings["log_statement"] = "all";
        options.Settings["logging_collector"] = "on";
        options.Settings["log_directory"] = "log";
        // A segment that is recycled keeps its former content until it is overwritten.
        options.Settings["wal_recycle"] = "off";
        await using PostgresServer server = await PostgresServer.StartAsync(options);
        await using MigratedTemplate template = await SubjectRequestsSuite.CreateTemplateAsync(server);
        await using TestDatabase database = await template.CloneAsync();
        await using SubjectOrg org = await SubjectOrg.CreateAsync(database, "leftovers", o =>
            o.Embeddings.Models.Add(PlantedPerson.Embeddings)
        );
        ContactId contact = await PlantedPerson.PlantAsync(org);
        List<StoredValue> stored = await PlantedPerson.CaptureAsync(database, contact);
        LeftoverScan before = new(stored),
            after = new(stored);
        before.FindInDump("dump", await database.DumpAsync(CancellationToken.None));
        await SearchFilesAsync(database, before);
        if (before.Leftovers.Values.Sum() < stored.Count)
            throw new InvalidOperationException("The search does not find what is stored.");

        ErasureCertificate certificate = await org.Admin.SubjectRequests.EraseAsync(
            await org.OpenErasureAsync(contact)
        );
        // What the source sends again is kept out, and the text of what it rejects as well.
        await org.IngestAsync([
            SubjectOrg.Message("29 83 74 61", $"{org.Org.Id}-again", 1, PlantedPerson.Texts[8]),
            EventRecord.Unreadable(RejectReason.Malformed, "from: 29-83-74-61 again"),
        ]);
        await ExecuteAsync(database, "vacuum");
        for (int cycle = 0; cycle < 3; cycle++)
            foreach (string sql in new[] { "checkpoint", "select pg_switch_wal()", "checkpoint" })
                await ExecuteAsync(database, sql);

        after.FindPlaintext("certificate", Encoding.UTF8.GetBytes(certificate.Text + certificate.ToJson()));
        string dump = await database.DumpAsync(CancellationToken.None);
        after.FindPlaintext("dump", Encoding.UTF8.GetBytes(dump));
        after.FindInDump("dump", WithoutLedgers(dump));
        await SearchFilesAsync(database, after);
        await SearchProcessAsync(org, stored, after);
        await CountRowsAsync(database, contact, stored, after);
        return FiguresOf(stored, after);
    }

    static Figure[] FiguresOf(List<StoredValue> stored, LeftoverScan scan)
    {
        int remnants = scan.Remnants.Values.SelectMany(values => values).Distinct().Count();
        return
        [
            Figure.Create(
                SubjectRequestsSuite.Name,
                "erasure_leftovers",
                [scan.Leftovers.Values.Sum()],
                "count",
                0,
                false,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{PlantedPerson.Texts.Length} plaintexts in all encodings, in {scan.Bytes >> 20} MiB of files, "
                        + $"write-ahead log, server log, dump and exports, and {stored.Count} stored values of "
                        + $"the person in the dump; {Describe(scan.Leftovers.ToDictionary(p => p.Key, p => p.Value))}"
                )
            ),
            Figure.Create(
                SubjectRequestsSuite.Name,
                "erasure_remnants",
                [remnants],
                "count",
                null,
                false,
                $"of {stored.Count} ciphertexts, digests, ids and wrapped keys, in space that PostgreSQL has freed "
                    + "and not yet overwritten, and in the log of statements with their parameters: "
                    + Describe(scan.Remnants.ToDictionary(p => p.Key, p => p.Value.Count))
            ),
        ];
    }

    static string Describe(Dictionary<string, int> found) =>
        found.Count == 0
            ? "found nothing"
            : string.Join(", ", found.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {p.Value}"));

    static async Task SearchFilesAsync(TestDatabase database, LeftoverScan scan)
    {
        uint oid = await ScalarAsync<uint>(database, "select oid from pg_database where datname = current_database()");
        string own = $"base/{oid}";
        await foreach (
            (string folder, byte[] bytes) in LeftoverScan.FilesAsync(
                database,
                own,
                "global",
                "pg_wal",
                "pg_logical",
                "pg_stat",
                "log"
            )
        )
        {
            string place = folder == own ? "data files" : folder;
            scan.FindPlaintext(place, bytes);
            scan.FindStored(place, bytes);
        }
    }

    /// <summary>What the process that knew the person still finds, and what exports contain.</summary>
    static async Task SearchProcessAsync(SubjectOrg org, List<StoredValue> stored, LeftoverScan scan)
    {
        // A search by meaning always returns the nearest texts, so only events of the person count.
        HashSet<string> events =
        [
            .. stored.Where(v => v.Kind == "event id").Select(v => new Guid(v.Bytes, bigEndian: true).ToString()),
        ];
        scan.Count(
            "cache of contacts",
            await org.Admin.Contacts.FindByNumberAsync(PlantedPerson.Number) is null ? 0 : 1
        );
        foreach (int text in new[] { 8, 9, 10 })
            scan.Count(
                "search",
                (await org.Admin.Search.FindAsync(PlantedPerson.Texts[text])).Hits.Count(hit =>
                    events.Contains(hit.Event.Id.ToString())
                )
            );
        await using OrgSession owner = await org.Source.OpenSessionAsync(
            org.Org.As(OrgRole.Owner) with
            {
                Purpose = AccessPurpose.SubjectRequest,
            }
        );
        using MemoryStream exported = new(),
            records = new();
        await OrgExporter.WriteAsync(owner, exported, records);
        if (exported.Length == 0 || records.Length == 0)
            throw new InvalidOperationException("The export is empty.");
        scan.FindPlaintext("export of the org", [.. exported.ToArray(), .. records.ToArray()]);
    }

    /// <summary>Rows of the change feed, of embeddings and of words, by the ids that they had.</summary>
    static async Task CountRowsAsync(
        TestDatabase database,
        ContactId contact,
        List<StoredValue> stored,
        LeftoverScan scan
    )
    {
        Guid[] events = [.. stored.Where(v => v.Kind == "event id").Select(v => new Guid(v.Bytes, bigEndian: true))];
        foreach (
            (string place, string sql) in new[]
            {
                ("change feed", "select count(*) from callintel_private.change_feed where contact_id = $1"),
                ("embeddings", "select count(*) from callintel_private.event_embeddings where event_id = any ($2)"),
                (
                    "embedding states",
                    "select count(*) from callintel_private.event_embedding_states where event_id = any ($2)"
                ),
                ("words", "select count(*) from callintel_private.event_lexemes where event_id = any ($2)"),
                ("cells", "select count(*) from callintel_private.contact_cells where contact_id = $1"),
            }
        )
            scan.Count(
                place,
                await ScalarAsync<long>(
                    database,
                    $"{sql} and $1::uuid is not null and $2::uuid[] is not null",
                    contact.Value,
                    events
                )
            );
    }

    /// <summary>
    /// Leaves out the ledger of accesses, which is kept as proof of who read what and names events by their ids.
    /// </summary>
    static string WithoutLedgers(string dump)
    {
        StringBuilder kept = new(dump.Length);
        bool isLedger = false;
        foreach (ReadOnlySpan<char> line in dump.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("COPY callintel_private."))
                isLedger = line.StartsWith("COPY callintel_private.access_log");
            if (!isLedger)
                kept.Append(line).Append('\n');
        }
        return kept.ToString();
    }

    static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<T> ScalarAsync<T>(TestDatabase database, string sql, params object[] values)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }
}

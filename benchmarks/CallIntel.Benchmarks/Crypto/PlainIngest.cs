using System.Diagnostics;
using System.Text;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Ingestion;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Bulk;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>
/// Compares the ingestion pipeline with the same pipeline without encryption: body, transcript and summary of each
/// event, and number and blind index of each contact.
/// </summary>
/// <remarks>
/// The pipeline without encryption uses an internal parameter of the SDK, and a database without the check constraint
/// on protected columns and without the check that the keys of envelopes exist.
/// </remarks>
static class PlainIngest
{
    internal static async Task<Figure> CompareAsync(PostgresServer server, ScorecardSize size)
    {
        SeededFeed feed = new(size.Pick(200_000, 100_000), orgs: 2);
        int rows = Enumerable.Range(0, feed.Orgs).Sum(feed.CountRows),
            runs = size.Pick(7, 3);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server, async admin =>
            await new CallIntelOperations(admin).EnsurePartitionsAsync(SeededFeed.FirstMonth, SeededFeed.LastMonth)
        );
        EventRecord[][] records =
        [
            .. Enumerable
                .Range(0, feed.Orgs)
                .Select(org => feed.GetRecords(org).Select(WithFourProtectedFields).ToArray()),
        ];

        List<double> ratios = [],
            encryptedRates = [],
            plainRates = [];
        for (int run = -1; run < runs; run++)
        {
            bool plainFirst = run % 2 == 0;
            TimeSpan plain = default;
            string plainSum = "";
            if (plainFirst)
                (plain, plainSum) = await MeasureAsync(template, records, plain: true);
            (TimeSpan encrypted, string encryptedSum) = await MeasureAsync(template, records, plain: false);
            if (!plainFirst)
                (plain, plainSum) = await MeasureAsync(template, records, plain: true);
            if (encryptedSum != plainSum)
                throw new InvalidOperationException(
                    $"The two loads stored different rows: {encryptedSum} and {plainSum}."
                );
            if (run < 0)
                continue; // code is compiled in the first run
            ratios.Add(encrypted / plain);
            encryptedRates.Add(rows / encrypted.TotalSeconds);
            plainRates.Add(rows / plain.TotalSeconds);
        }
        return Figure.Create(
            "crypto",
            "ingest_encrypted_vs_plain",
            ratios,
            "ratio",
            1.25,
            false,
            $"{rows:N0} rows of 4 protected fields: encrypted {Figure.Median(encryptedRates):N0} rows/s, "
                + $"plain {Figure.Median(plainRates):N0} rows/s"
        );
    }

    static EventRecord WithFourProtectedFields(EventRecord record) =>
        record with
        {
            Body = record.Body
                ?? "No text, a call of the usual length, and what it was about stands in the transcript below.",
            Transcript = string.Concat(Enumerable.Repeat("Good morning, I call about the order of last week. ", 6)),
            Summary = "Asks about an order; a colleague calls back in the afternoon.",
        };

    static async Task<(TimeSpan Elapsed, string Sum)> MeasureAsync(
        MigratedTemplate template,
        EventRecord[][] records,
        bool plain
    )
    {
        await using TestDatabase database = await template.CloneAsync();
        if (plain)
            await ExecuteAsync(
                database.Admin,
                """
                alter domain callintel.envelope drop constraint envelope_ck;
                create or replace function callintel_private.require_keys(org uuid, key_ids bytea[]) returns void
                    language sql as 'select'
                """
            );
        List<OrgSession> sessions = [];
        for (int org = 0; org < records.Length; org++)
            sessions.Add(await (await database.CreateOrgAsync($"org {org}")).OpenSessionAsync(OrgRole.Owner));
        if (plain)
            foreach (OrgSession session in sessions) // the database checks the version of the index key in any case
                (await session.Encryption.NumberIndexAsync(CancellationToken.None)).Dispose();
        await ExecuteAsync(database.Admin, "checkpoint");

        Stopwatch watch = Stopwatch.StartNew();
        for (int org = 0; org < records.Length; org++)
        {
            IngestReport report = await IngestPipeline.RunAsync(
                sessions[org].IngestContext,
                new IngestSource(IngestSuite.SourceName),
                records[org].ToAsyncEnumerable(),
                new IngestOptions(),
                CancellationToken.None,
                plain ? _ => new Unprotected() : null
            );
            if (report.Inserted != records[org].Length)
                throw new InvalidOperationException($"Inserted {report.Inserted} of {records[org].Length} rows.");
        }
        watch.Stop();
        return (watch.Elapsed, await ChecksumAsync(database.Admin, plain ? 0 : EnvelopeFormat.GetLength(0)));
    }

    /// <summary>
    /// Returns counts and lengths of texts without the overhead of envelopes. Numbers of contacts are only counted,
    /// because envelopes pad them.
    /// </summary>
    static async Task<string> ChecksumAsync(NpgsqlDataSource admin, int overhead)
    {
        await using NpgsqlCommand command = admin.CreateCommand(
            """
            select (select count(*) || ' ' || sum(hashtext(id::text || occurred_at
                                                           || coalesce(external_id, ''))::bigint)
                      from callintel_private.events)
                || ' '
                || (select count(*) || ' ' || sum(octet_length(body) - $1) || ' ' || sum(octet_length(transcript) - $1)
                           || ' ' || sum(octet_length(summary) - $1)
                      from callintel_private.event_contents)
                || ' '
                || (select count(*) || ' ' || count(number) || ' ' || count(distinct (org_id, contact_id))
                      from callintel_private.contact_numbers)
            """
        );
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = overhead });
        command.CommandTimeout = 0;
        return (string)(await command.ExecuteScalarAsync())!;
    }

    static async Task ExecuteAsync(NpgsqlDataSource admin, string sql)
    {
        await using NpgsqlCommand command = admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stores texts as UTF-8, without encryption.</summary>
    sealed class Unprotected : IIngestProtection
    {
        public Task<Guid[]> SuppressionDigestsAsync(PartyAddress[] parties, CancellationToken cancellationToken) =>
            Task.FromResult(parties.Select(_ => Guid.Empty).ToArray());

        static readonly NumberIndex Index = new(1, [CreateIndex]);

        public Task<T> WithNumberIndexAsync<T>(
            Func<NumberIndex, Task<T>> lookUp,
            CancellationToken cancellationToken
        ) => lookUp(Index);

        public Task<byte[][]> ProtectAsync(
            PartyAddress[] parties,
            Guid[] contacts,
            Guid[] indexes,
            CancellationToken cancellationToken
        ) => Task.FromResult<byte[][]>([.. parties.Select(p => p.ToBytes())]);

        public Task ProtectAsync(IngestBatch batch, CancellationToken cancellationToken)
        {
            foreach (ref StagedEvent row in batch.Events)
            {
                row.StoredBody = Utf8(row.Body);
                row.StoredTranscript = Utf8(row.Transcript);
                row.StoredSummary = Utf8(row.Summary);
            }
            return Task.CompletedTask;
        }

        static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

        /// <summary>Returns the number itself, which fits into the column.</summary>
        static Guid CreateIndex(PartyAddress party)
        {
            Span<byte> index = stackalloc byte[16];
            index.Clear();
            Encoding.ASCII.GetBytes(party.Value, index);
            return new Guid(index);
        }
    }
}

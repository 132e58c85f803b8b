using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Isolation;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// Compares writing one message, as for a webhook, with a bare prepared INSERT. Our write includes contact, encryption,
/// counters, watermark and audit row. The INSERT stores a prepared row with an encrypted text into a table with the
/// same keys, indexes and partitions. Both commit, and both tables contain the same rows at the beginning.
/// </summary>
static class StreamFigure
{
    const int ExistingRows = 50_000,
        Calls = 400,
        TextLength = 160;

    /// <summary>
    /// The number of runs until the just-in-time compiler has optimized everything, about 4,000 calls. Before that it
    /// uses one of two processors, mostly for our approach, which has more code.
    /// </summary>
    const int WarmUps = 10;

    static readonly byte[] EncryptedText = new byte[EnvelopeFormat.GetLength(TextLength)];

    internal static async Task<Figure> MeasureAsync(MigratedTemplate template, ScorecardSize size)
    {
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org");
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        SeededFeed feed = new(ExistingRows, orgs: 1);
        await session.Ingestion.IngestAsync(new IngestSource("history"), feed.GetRecords(0).ToAsyncEnumerable());
        await RawCopy.CreateTablesAsync(database.Admin);
        await RawCopy.Prepare(feed).LoadAsync(database.Admin, [org.Id.Value]);
        foreach (string sql in new[] { "alter table raw.events add column body bytea", "vacuum analyze", "checkpoint" })
            await using (NpgsqlCommand prepare = database.Admin.CreateCommand(sql))
                await prepare.ExecuteNonQueryAsync();

        int runs = size.Pick(15, 3);
        EventRecord[] messages =
        [
            .. new SeededFeed(4 * (runs + WarmUps) * Calls, orgs: 1, seed: 1)
                .GetRecords(0)
                .Where(r => r.Body is not null)
                .Take((runs + WarmUps) * Calls),
        ];
        await using NpgsqlDataSource bare = ScopedQuery.Prepared(database.AdminConnectionString);
        Guid source = Guid.NewGuid(),
            contact = Guid.NewGuid();
        IngestSource webhook = new("webhook");
        int ours = 0,
            theirs = 0;
        Interleaved.Comparison writes = await Interleaved.CompareAsync(
            async _ => (await session.Ingestion.WriteAsync(webhook, [messages[ours++]])).Inserted,
            _ => InsertAsync(bare, org.Id.Value, source, contact, messages[theirs++]),
            Calls,
            runs,
            warmUps: WarmUps
        );
        await CheckAsync(database, messages.Length);
        return Figure.Create(
            "ingest",
            "stream_1_row_vs_insert",
            writes.Ratios,
            "ratio",
            2,
            false,
            $"{writes.Note}; medians of {Calls} messages of {TextLength} characters, loopback, commits included"
        );
    }

    static async Task<long> InsertAsync(NpgsqlDataSource bare, Guid org, Guid source, Guid contact, EventRecord record)
    {
        await using NpgsqlCommand insert = bare.CreateCommand(
            """
            insert into raw.events (org_id, id, occurred_at, source_id, contact_id, channel, direction, outcome,
                                    external_id, body)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """
        );
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = org });
        insert.Parameters.Add(
            new NpgsqlParameter<Guid> { TypedValue = EventId.From(record.OccurredAt, "webhook", record.ExternalId) }
        );
        insert.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = record.OccurredAt.UtcDateTime });
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = source });
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = contact });
        insert.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)record.Channel });
        insert.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)record.Direction });
        insert.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)record.Outcome });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = record.ExternalId! });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = EncryptedText });
        return await insert.ExecuteNonQueryAsync();
    }

    /// <summary>Throws unless both approaches stored all messages, and ours their encrypted texts.</summary>
    static async Task CheckAsync(TestDatabase database, int messages)
    {
        await using NpgsqlCommand count = database.Admin.CreateCommand(
            $"""
            select (select count(*) from callintel_private.events e
                     join callintel_private.event_contents c on c.org_id = e.org_id and c.event_id = e.id
                     join callintel_private.sync_sources s on s.org_id = e.org_id and s.id = e.source_id
                     where s.name = 'webhook' and octet_length(c.body) = {EnvelopeFormat.GetLength(TextLength)}),
                   (select count(*) - {ExistingRows} from raw.events)
            """
        );
        await using NpgsqlDataReader reader = await count.ExecuteReaderAsync();
        await reader.ReadAsync();
        if (reader.GetInt64(0) != messages || reader.GetInt64(1) != messages)
            throw new InvalidOperationException(
                $"Of {messages} messages, ours stored {reader.GetInt64(0)} and the INSERT {reader.GetInt64(1)}."
            );
    }
}

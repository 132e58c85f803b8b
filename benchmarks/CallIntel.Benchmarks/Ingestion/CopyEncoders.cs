using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Bulk;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Testing;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Compares our COPY encoder with the importer of Npgsql, with the same rows and slot (ADR 0004).</summary>
static class CopyEncoders
{
    const int Rows = 20_000,
        Runs = 15;

    internal static async IAsyncEnumerable<Figure> MeasureAsync(string suite, MigratedTemplate template)
    {
        await using TestDatabase database = await template.CloneAsync();
        StagedEvent[] rows = Prepare();
        using IngestBatch batch = new();
        foreach (StagedEvent row in rows)
            batch.Events.Add(in row);
        batch.Order.Arrange(batch.Events, []);
        await using NpgsqlConnection connection = await database.Admin.OpenConnectionAsync();
        List<double> time = [],
            processor = [];
        for (int run = -3; run < Runs; run++)
        {
            (double elapsed, double spent) = await TimeAsync(connection, () => ImportAsync(connection, rows));
            (double ourElapsed, double ourSpent) = await TimeAsync(connection, () =>
                StagingCopy.WriteAsync(connection, 0, batch, CancellationToken.None)
            );
            if (run < 0)
                continue; // code is compiled in the first runs
            time.Add(elapsed / ourElapsed);
            processor.Add(spent / ourSpent);
        }
        yield return Figure.Create(
            suite,
            "importer_vs_encoder",
            time,
            "ratio",
            1.3,
            true,
            "elapsed time of COPY of a batch with the importer of Npgsql / with our encoder"
        );
        yield return Figure.Create(
            suite,
            "importer_vs_encoder_cpu",
            processor,
            "ratio",
            null,
            true,
            "the same for the processor time of the client"
        );
    }

    static StagedEvent[] Prepare()
    {
        RecordValidator validator = new(new IngestSource(IngestSuite.SourceName), DateTimeOffset.UtcNow);
        List<StagedEvent> rows = [];
        foreach (EventRecord record in new SeededFeed(Rows, orgs: 1).GetRecords(0))
            if (validator.TryStage(record, out StagedEvent row) is null)
            {
                row.Contact = Guid.NewGuid();
                row.StoredBody = row.Body is null ? default : new byte[EnvelopeFormat.GetLength(row.Body.Length)];
                rows.Add(row);
            }
        return [.. rows];
    }

    static async Task<(double Elapsed, double Processor)> TimeAsync(NpgsqlConnection connection, Func<Task> write)
    {
        await using (NpgsqlCommand truncate = new("truncate callintel.staging_0", connection))
            await truncate.ExecuteNonQueryAsync();
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await write();
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        self.Refresh();
        return (elapsed, Math.Max(0.001, (self.TotalProcessorTime - before).TotalSeconds));
    }

    static async Task ImportAsync(NpgsqlConnection connection, StagedEvent[] rows)
    {
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            $"copy callintel.staging_0 ({EventColumns.Names}) from stdin (format binary)"
        );
        for (int i = 0; i < rows.Length; i++)
            await WriteRowAsync(copy, rows[i]);
        await copy.CompleteAsync();
    }

    static async Task WriteRowAsync(NpgsqlBinaryImporter copy, StagedEvent row)
    {
        await copy.StartRowAsync();
        await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid);
        await copy.WriteAsync(row.OccurredAt, NpgsqlDbType.TimestampTz);
        await WriteAsync(copy, row.Contact, NpgsqlDbType.Uuid);
        await WriteAsync(copy, row.Member, NpgsqlDbType.Uuid);
        await WriteAsync(copy, row.DurationSeconds, NpgsqlDbType.Integer);
        await copy.WriteAsync(row.Channel, NpgsqlDbType.Smallint);
        await copy.WriteAsync(row.Direction, NpgsqlDbType.Smallint);
        await copy.WriteAsync(row.Outcome, NpgsqlDbType.Smallint);
        await WriteAsync(copy, row.UtcOffsetMinutes, NpgsqlDbType.Smallint);
        await WriteAsync(copy, row.ExternalId, NpgsqlDbType.Text);
        await WriteAsync(copy, row.StoredBody);
        await WriteAsync(copy, row.StoredTranscript);
        await WriteAsync(copy, row.StoredSummary);
        await WriteAsync(copy, row.ModifiedAt, NpgsqlDbType.TimestampTz);
        await WriteAsync(copy, row.Change, NpgsqlDbType.Smallint);
        await WriteAsync(copy, row.BodyHash, NpgsqlDbType.Bigint);
        await WriteAsync(copy, row.TranscriptHash, NpgsqlDbType.Bigint);
        await WriteAsync(copy, row.SummaryHash, NpgsqlDbType.Bigint);
        await WriteAsync(copy, row.ConversationKey, NpgsqlDbType.Uuid);
        await WriteAsync(copy, row.Line, NpgsqlDbType.Uuid);
        await WriteAsync(copy, row.OutcomeRank, NpgsqlDbType.Smallint);
        for (int later = 21; later < EventColumns.All.Count; later++)
            await copy.WriteNullAsync();
    }

    static Task WriteAsync<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type)
        where T : struct => value is { } present ? copy.WriteAsync(present, type) : copy.WriteNullAsync();

    static Task WriteAsync(NpgsqlBinaryImporter copy, ReadOnlyMemory<byte> value) =>
        !value.IsEmpty ? copy.WriteAsync(value, NpgsqlDbType.Bytea) : copy.WriteNullAsync();

    static Task WriteAsync<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type)
        where T : class => value is not null ? copy.WriteAsync(value, type) : copy.WriteNullAsync();
}

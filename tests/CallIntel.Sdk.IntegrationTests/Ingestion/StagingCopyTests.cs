using CallIntel.Sdk.Ingestion.Bulk;
using CallIntel.Sdk.Ingestion.Staging;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>Tests that the server reads exactly what the SDK writes into a binary COPY.</summary>
public sealed class StagingCopyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_column_is_copied_with_and_without_a_value()
    {
        byte[] large = new byte[300_000];
        new Random(1).NextBytes(large);
        StagedEvent full = new()
        {
            Id = Guid.Parse("019b7bd8-1234-8567-89ab-cdef01234567"),
            OccurredAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(6_789_010),
            Contact = Guid.Parse("00000000-0000-4000-8000-000000000001"),
            Member = Guid.Parse("ffffffff-ffff-4fff-bfff-ffffffffffff"),
            DurationSeconds = int.MaxValue,
            Channel = 4,
            Direction = 2,
            Outcome = 7,
            UtcOffsetMinutes = -720,
            ExternalId = "æ \" \\ 漢 🎉",
            StoredBody = large,
            StoredTranscript = new byte[] { 0 },
            StoredSummary = new byte[] { 1, 2 },
            ModifiedAt = new DateTime(1999, 12, 31, 23, 59, 59, DateTimeKind.Utc),
            Change = 2,
            BodyHash = long.MinValue,
            TranscriptHash = -1,
            SummaryHash = long.MaxValue,
            ConversationKey = Guid.Parse("00000000-0000-8000-8000-000000000002"),
            Line = Guid.Parse("00000000-0000-8000-8000-000000000003"),
            OutcomeRank = short.MaxValue,
        };
        StagedEvent empty = new()
        {
            Id = Guid.Empty,
            OccurredAt = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            Channel = 1,
            Direction = 1,
        };

        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        await StagingCopy.WriteAsync(connection, 5, BatchOf(full, empty), Cancellation);

        await using NpgsqlCommand read = new(
            $"select {EventColumns.Names} from callintel.staging_5 order by id desc",
            connection
        );
        await using NpgsqlDataReader reader = await read.ExecuteReaderAsync(Cancellation);
        Assert.True(await reader.ReadAsync(Cancellation));
        object[] values = new object[reader.FieldCount];
        reader.GetValues(values);
        Assert.Equal(
            [
                full.Id,
                full.OccurredAt,
                full.Contact,
                full.Member,
                full.DurationSeconds,
                full.Channel,
                full.Direction,
                full.Outcome,
                full.UtcOffsetMinutes,
                full.ExternalId,
                large,
                new byte[] { 0 },
                new byte[] { 1, 2 },
                full.ModifiedAt,
                full.Change,
                full.BodyHash,
                full.TranscriptHash,
                full.SummaryHash,
                full.ConversationKey,
                full.Line,
                full.OutcomeRank,
            ],
            values
        );
        Assert.True(await reader.ReadAsync(Cancellation));
        reader.GetValues(values);
        Assert.Equal([empty.Id, empty.OccurredAt, (short)1, (short)1, (short)0], values.Where(v => v is not DBNull));
    }

    [Fact]
    public async Task A_rejected_or_cancelled_copy_leaves_no_row()
    {
        StagedEvent[] rows =
        [
            .. Enumerable
                .Range(0, 20_000)
                .Select(i => new StagedEvent
                {
                    Id = Guid.NewGuid(),
                    OccurredAt = DateTime.UnixEpoch,
                    ExternalId = $"{i}",
                }),
        ];
        await using (NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation))
        {
            using CancellationTokenSource stopped = new();
            await stopped.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                StagingCopy.WriteAsync(connection, 6, BatchOf(rows), stopped.Token)
            );
        }

        await using NpgsqlConnection other = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        rows[15_000] = rows[15_000] with { ExternalId = "a zero byte: \0" };
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() =>
            StagingCopy.WriteAsync(other, 6, BatchOf(rows), Cancellation)
        );
        Assert.Equal("22021", refused.SqlState);
        await using NpgsqlCommand count = new("select count(*) from callintel.staging_6", other);
        Assert.Equal(0L, await count.ExecuteScalarAsync(Cancellation));
    }

    static IngestBatch BatchOf(params ReadOnlySpan<StagedEvent> rows)
    {
        IngestBatch batch = new();
        foreach (ref readonly StagedEvent row in rows)
            batch.Events.Add(in row);
        batch.Order.Arrange(batch.Events, []);
        return batch;
    }
}

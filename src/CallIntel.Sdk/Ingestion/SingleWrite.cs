using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion;

/// <summary>A record that is probably new as one call without arrays, which is what most webhooks deliver (ADR 0023, 0028).</summary>
static class SingleWrite
{
    const string Text =
        "select callintel.write_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

    /// <summary>Whether the batch is one record that tells facts and words and nothing else.</summary>
    internal static bool CanTake(IngestBatch batch, IngestSource source) =>
        batch is { Events.Count: 1, Rejects.Count: 0 } && !source.TimesMayChange && batch.Events[0].IsPlain;

    /// <returns>Whether it stored the record; if not, nothing was done.</returns>
    internal static async Task<bool> TryAsync(
        OrgSession session,
        StagedEvent row,
        IngestRun run,
        CancellationToken cancellationToken
    )
    {
        NpgsqlBatchCommand write = new(Text);
        NpgsqlParameter[] parameters =
        [
            session.TokenParameter(),
            Of(run.SourceId),
            Of(run.RunId),
            Of(run.StreamId),
            Of(row.Id),
            new NpgsqlParameter<DateTime> { TypedValue = row.OccurredAt },
            Of(row.Contact),
            Of(row.Member),
            Of(row.DurationSeconds),
            Of(row.Channel),
            Of(row.Direction),
            Of(row.Outcome),
            Of(row.UtcOffsetMinutes),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)row.ExternalId ?? DBNull.Value },
            Of(row.StoredBody),
            Of(row.StoredTranscript),
            Of(row.StoredSummary),
            Of(row.BodyHash),
            Of(row.TranscriptHash),
            Of(row.SummaryHash),
        ];
        write.Parameters.AddRange(parameters);
        return (bool)await session.ScalarAsync(write, cancellationToken).ConfigureAwait(false);
    }

    static NpgsqlParameter Of(ReadOnlyMemory<byte> envelope) =>
        envelope.IsEmpty
            ? new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = DBNull.Value }
            : new NpgsqlParameter<ReadOnlyMemory<byte>> { NpgsqlDbType = NpgsqlDbType.Bytea, TypedValue = envelope };

    static NpgsqlParameter Of<T>(T? value)
        where T : struct =>
        value is { } present ? Of(present) : new NpgsqlParameter { NpgsqlDbType = TypeOf<T>(), Value = DBNull.Value };

    static NpgsqlParameter<T> Of<T>(T value)
        where T : struct => new() { NpgsqlDbType = TypeOf<T>(), TypedValue = value };

    static NpgsqlDbType TypeOf<T>() =>
        typeof(T) == typeof(Guid) ? NpgsqlDbType.Uuid
        : typeof(T) == typeof(long) ? NpgsqlDbType.Bigint
        : typeof(T) == typeof(int) ? NpgsqlDbType.Integer
        : NpgsqlDbType.Smallint;
}

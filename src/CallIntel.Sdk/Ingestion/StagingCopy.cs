using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Sends the rows of a batch into a staging slot by binary COPY.</summary>
static class StagingCopy
{
    const string Columns =
        "id, occurred_at, contact_id, member_id, duration_s, channel, direction, outcome, utc_offset_minutes, external_id, body, transcript, summary, "
        + "modified_at, change, body_hash, transcript_hash, summary_hash";

    internal static async Task WriteAsync(NpgsqlConnection connection, int slot, List<StagedEvent> rows, CancellationToken cancellationToken)
    {
        await using NpgsqlBinaryImporter copy = await connection
            .BeginBinaryImportAsync($"copy callintel.staging_{slot} ({Columns}) from stdin (format binary)", cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < rows.Count; i++)
            await WriteRowAsync(copy, rows[i], cancellationToken).ConfigureAwait(false);
        await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    static async Task WriteRowAsync(NpgsqlBinaryImporter copy, StagedEvent row, CancellationToken cancellationToken)
    {
        await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(row.OccurredAt, NpgsqlDbType.TimestampTz, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.Contact, NpgsqlDbType.Uuid, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.Member, NpgsqlDbType.Uuid, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.DurationSeconds, NpgsqlDbType.Integer, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(row.Channel, NpgsqlDbType.Smallint, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(row.Direction, NpgsqlDbType.Smallint, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(row.Outcome, NpgsqlDbType.Smallint, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.UtcOffsetMinutes, NpgsqlDbType.Smallint, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.ExternalId, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.StoredBody, NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.StoredTranscript, NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.StoredSummary, NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.ModifiedAt, NpgsqlDbType.TimestampTz, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.Change, NpgsqlDbType.Smallint, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.BodyHash, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.TranscriptHash, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
        await WriteAsync(copy, row.SummaryHash, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
    }

    static Task WriteAsync<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type, CancellationToken cancellationToken) where T : struct =>
        value is { } present ? copy.WriteAsync(present, type, cancellationToken) : copy.WriteNullAsync(cancellationToken);

    static Task WriteAsync<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type, CancellationToken cancellationToken) where T : class =>
        value is not null ? copy.WriteAsync(value, type, cancellationToken) : copy.WriteNullAsync(cancellationToken);
}

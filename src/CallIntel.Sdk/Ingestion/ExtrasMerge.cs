using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Sends details, parts and participants of a batch; nothing at all for batches without any.</summary>
static class ExtrasMerge
{
    /// <param name="connection">In the transaction that merged the events.</param>
    /// <param name="rows">The batch.</param>
    /// <param name="updated">Takes the events that were there before and changed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal static async Task WriteAsync(NpgsqlConnection connection, List<StagedEvent> rows, HashSet<Guid> updated, CancellationToken cancellationToken)
    {
        (Guid Id, DateTime? ModifiedAt, StagedExtras Extras)[] extras = [.. rows.Where(row => row.Extras is not null).Select(row => (row.Id, row.ModifiedAt, row.Extras!))];
        if (extras.Length == 0)
            return;
        (Guid Id, DateTime? ModifiedAt, StagedExtras Extras)[] details = [.. extras.Where(row => row.Extras.HasDetails)];
        if (details.Length > 0)
        {
            await using NpgsqlCommand merge = new("select callintel.merge_details($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", connection);
            Add(merge, NpgsqlDbType.Uuid, details, row => row.Id);
            Add(merge, NpgsqlDbType.TimestampTz, details, row => row.ModifiedAt);
            Add(merge, NpgsqlDbType.Text, details, row => row.Extras.Details.ConversationId);
            Add(merge, NpgsqlDbType.Text, details, row => row.Extras.Details.ParentId);
            Add(merge, NpgsqlDbType.Integer, details, row => row.Extras.Details.Leg);
            Add(merge, NpgsqlDbType.Text, details, row => row.Extras.Details.Status);
            Add(merge, NpgsqlDbType.Text, details, row => row.Extras.Details.ErrorCode);
            Add(merge, NpgsqlDbType.Bigint, details, row => row.Extras.PriceMicros);
            Add(merge, NpgsqlDbType.Text, details, row => row.Extras.Details.Currency);
            Add(merge, NpgsqlDbType.Bytea, details, row => row.Extras.OwnNumber);
            Add(merge, NpgsqlDbType.Bigint, details, row => row.Extras.OwnNumberHash);
            await RunAsync(merge, updated, cancellationToken).ConfigureAwait(false);
        }
        (Guid Id, short Ordinal, StagedPart Part)[] parts = [.. extras.SelectMany(row => row.Extras.Parts.Select((part, i) => (row.Id, (short)i, part)))];
        if (parts.Length > 0)
        {
            await using NpgsqlCommand merge = new("select callintel.merge_parts($1, $2, $3, $4, $5, $6)", connection);
            Add(merge, NpgsqlDbType.Uuid, parts, row => row.Id);
            Add(merge, NpgsqlDbType.Smallint, parts, row => row.Ordinal);
            Add(merge, NpgsqlDbType.Text, parts, row => row.Part.MediaType);
            Add(merge, NpgsqlDbType.Bigint, parts, row => row.Part.Size);
            Add(merge, NpgsqlDbType.Bytea, parts, row => row.Part.Envelope);
            Add(merge, NpgsqlDbType.Bigint, parts, row => row.Part.Hash);
            await RunAsync(merge, updated, cancellationToken).ConfigureAwait(false);
        }
        (Guid Id, short Ordinal, StagedParticipant Participant)[] participants =
            [.. extras.SelectMany(row => row.Extras.Participants.Select((participant, i) => (row.Id, (short)i, participant)))];
        if (participants.Length > 0)
        {
            await using NpgsqlCommand merge = new("select callintel.merge_participants($1, $2, $3, $4, $5, $6, $7, $8)", connection);
            Add(merge, NpgsqlDbType.Uuid, participants, row => row.Id);
            Add(merge, NpgsqlDbType.Smallint, participants, row => row.Ordinal);
            Add(merge, NpgsqlDbType.Uuid, participants, row => row.Participant.Contact);
            Add(merge, NpgsqlDbType.Smallint, participants, row => (short)row.Participant.Party.Role);
            Add(merge, NpgsqlDbType.TimestampTz, participants, row => row.Participant.Party.StartedAt?.UtcDateTime);
            Add(merge, NpgsqlDbType.Integer, participants, row => (int?)row.Participant.Party.Duration?.TotalSeconds);
            Add(merge, NpgsqlDbType.Smallint, participants, row => (short)row.Participant.Party.Outcome);
            Add(merge, NpgsqlDbType.Text, participants, row => row.Participant.Party.Status);
            await RunAsync(merge, updated, cancellationToken).ConfigureAwait(false);
        }
    }

    static void Add<TRow, TValue>(NpgsqlCommand merge, NpgsqlDbType type, TRow[] rows, Func<TRow, TValue> value) =>
        merge.Parameters.Add(new NpgsqlParameter { Value = Array.ConvertAll(rows, row => value(row)), NpgsqlDbType = NpgsqlDbType.Array | type });

    static async Task RunAsync(NpgsqlCommand merge, HashSet<Guid> updated, CancellationToken cancellationToken)
    {
        merge.CommandTimeout = 0;
        updated.UnionWith((Guid[])(await merge.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
    }
}

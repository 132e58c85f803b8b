using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion;

/// <summary>A call of a function that merges details, parts or participants of a batch; the first parameter is the events' ids.</summary>
readonly record struct ExtrasMerge(string Function, NpgsqlParameter[] Parameters)
{
    /// <summary>What there is to merge; nothing at all for batches without any.</summary>
    internal static List<ExtrasMerge> Of(StagedRows rows)
    {
        List<ExtrasMerge> merges = [];
        if (!HaveExtras(rows))
            return merges;
        (Guid Id, DateTime? ModifiedAt, StagedExtras Extras)[] extras =
        [
            .. rows.Where(row => row.Extras is not null).Select(row => (row.Id, row.ModifiedAt, row.Extras!)),
        ];
        (Guid Id, DateTime? ModifiedAt, StagedExtras Extras)[] details =
        [
            .. extras.Where(row => row.Extras.HasDetails),
        ];
        if (details.Length > 0)
            merges.Add(
                new(
                    "callintel.merge_details",
                    [
                        ArrayParameter.Of(NpgsqlDbType.Uuid, details, row => row.Id),
                        ArrayParameter.Of(NpgsqlDbType.TimestampTz, details, row => row.ModifiedAt),
                        ArrayParameter.Of(NpgsqlDbType.Text, details, row => row.Extras.Details.ConversationId),
                        ArrayParameter.Of(NpgsqlDbType.Text, details, row => row.Extras.Details.ParentId),
                        ArrayParameter.Of(NpgsqlDbType.Integer, details, row => row.Extras.Details.Leg),
                        ArrayParameter.Of(NpgsqlDbType.Text, details, row => row.Extras.Details.Status),
                        ArrayParameter.Of(NpgsqlDbType.Text, details, row => row.Extras.Details.ErrorCode),
                        ArrayParameter.Of(NpgsqlDbType.Bigint, details, row => row.Extras.PriceMicros),
                        ArrayParameter.Of(NpgsqlDbType.Text, details, row => row.Extras.Details.Currency),
                        ArrayParameter.Of(NpgsqlDbType.Bytea, details, row => row.Extras.OwnNumber),
                        ArrayParameter.Of(NpgsqlDbType.Bigint, details, row => row.Extras.OwnNumberHash),
                    ]
                )
            );
        (Guid Id, short Ordinal, StagedPart Part)[] parts =
        [
            .. extras.SelectMany(row => row.Extras.Parts.Select((part, i) => (row.Id, (short)i, part))),
        ];
        if (parts.Length > 0)
            merges.Add(
                new(
                    "callintel.merge_parts",
                    [
                        ArrayParameter.Of(NpgsqlDbType.Uuid, parts, row => row.Id),
                        ArrayParameter.Of(NpgsqlDbType.Smallint, parts, row => row.Ordinal),
                        ArrayParameter.Of(NpgsqlDbType.Text, parts, row => row.Part.MediaType),
                        ArrayParameter.Of(NpgsqlDbType.Bigint, parts, row => row.Part.Size),
                        ArrayParameter.Of(NpgsqlDbType.Bytea, parts, row => row.Part.Envelope),
                        ArrayParameter.Of(NpgsqlDbType.Bigint, parts, row => row.Part.Hash),
                    ]
                )
            );
        (Guid Id, short Ordinal, StagedParticipant Participant)[] participants =
        [
            .. extras.SelectMany(row =>
                row.Extras.Participants.Select((participant, i) => (row.Id, (short)i, participant))
            ),
        ];
        if (participants.Length > 0)
            merges.Add(
                new(
                    "callintel.merge_participants",
                    [
                        ArrayParameter.Of(NpgsqlDbType.Uuid, participants, row => row.Id),
                        ArrayParameter.Of(NpgsqlDbType.Smallint, participants, row => row.Ordinal),
                        ArrayParameter.Of(NpgsqlDbType.Uuid, participants, row => row.Participant.Contact),
                        ArrayParameter.Of(NpgsqlDbType.Smallint, participants, row =>
                            (short)row.Participant.Party.Role
                        ),
                        ArrayParameter.Of(NpgsqlDbType.TimestampTz, participants, row =>
                            row.Participant.Party.StartedAt?.UtcDateTime
                        ),
                        ArrayParameter.Of(NpgsqlDbType.Integer, participants, row =>
                            (int?)row.Participant.Party.Duration?.TotalSeconds
                        ),
                        ArrayParameter.Of(NpgsqlDbType.Smallint, participants, row =>
                            (short)row.Participant.Party.Outcome
                        ),
                        ArrayParameter.Of(NpgsqlDbType.Text, participants, row => row.Participant.Party.Status),
                    ]
                )
            );
        return merges;
    }

    static bool HaveExtras(StagedRows rows)
    {
        foreach (ref readonly StagedEvent row in rows)
            if (row.Extras is not null)
                return true;
        return false;
    }

    /// <summary>Makes the call in the transaction that merged the events; <paramref name="updated"/> takes those that were there before and changed.</summary>
    internal async Task RunAsync(
        NpgsqlConnection connection,
        HashSet<Guid> updated,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlCommand merge = new($"select {Function}({Placeholders(1)})", connection)
        {
            CommandTimeout = 0,
        };
        merge.Parameters.AddRange(Parameters);
        updated.UnionWith((Guid[])(await merge.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
    }

    /// <summary><c>$n, $n+1, ...</c>, one for each parameter.</summary>
    internal string Placeholders(int first) =>
        string.Join(", ", Enumerable.Range(first, Parameters.Length).Select(n => $"${n}"));
}

using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// A call of a function that merges details, attachments or participants of a batch. The first parameter contains the
/// event ids.
/// </summary>
readonly record struct DetailsMerge(string Function, SqlValue[] Parameters)
{
    /// <summary>Returns the calls that a batch needs; none for batches without details.</summary>
    internal static List<DetailsMerge> CreateAll(StagedRows rows)
    {
        List<DetailsMerge> merges = [];
        if (!HaveDetails(rows))
            return merges;
        (Guid Id, DateTime? ModifiedAt, short? OutcomeRank, StagedDetails Details)[] rowsWithDetails =
        [
            .. rows.Where(row => row.Details is not null)
                .Select(row => (row.Id, row.ModifiedAt, row.OutcomeRank, row.Details!)),
        ];
        (Guid Id, DateTime? ModifiedAt, short? OutcomeRank, StagedDetails Details)[] details =
        [
            .. rowsWithDetails.Where(row => row.Details.HasDetails),
        ];
        if (details.Length > 0)
            merges.Add(
                new(
                    "callintel.merge_details",
                    [
                        SqlValue.Column(NpgsqlDbType.Uuid, details, row => row.Id),
                        SqlValue.Column(NpgsqlDbType.TimestampTz, details, row => row.ModifiedAt),
                        SqlValue.Column(NpgsqlDbType.Text, details, row => row.Details.Reported.ConversationId),
                        SqlValue.Column(NpgsqlDbType.Text, details, row => row.Details.Reported.ParentId),
                        SqlValue.Column(NpgsqlDbType.Integer, details, row => row.Details.Reported.Leg),
                        SqlValue.Column(NpgsqlDbType.Text, details, row => row.Details.Reported.Status),
                        SqlValue.Column(NpgsqlDbType.Text, details, row => row.Details.Reported.ErrorCode),
                        SqlValue.Column(NpgsqlDbType.Bigint, details, row => row.Details.PriceMicros),
                        SqlValue.Column(NpgsqlDbType.Text, details, row => row.Details.Reported.Currency),
                        SqlValue.Column(NpgsqlDbType.Bytea, details, row => row.Details.OwnNumber),
                        SqlValue.Column(NpgsqlDbType.Bigint, details, row => row.Details.OwnNumberHash),
                        SqlValue.Column(NpgsqlDbType.Smallint, details, row => row.OutcomeRank),
                    ]
                )
            );
        (Guid Id, short Ordinal, StagedPart Part)[] parts =
        [
            .. rowsWithDetails.SelectMany(row => row.Details.Parts.Select((part, i) => (row.Id, (short)i, part))),
        ];
        if (parts.Length > 0)
            merges.Add(
                new(
                    "callintel.merge_parts",
                    [
                        SqlValue.Column(NpgsqlDbType.Uuid, parts, row => row.Id),
                        SqlValue.Column(NpgsqlDbType.Smallint, parts, row => row.Ordinal),
                        SqlValue.Column(NpgsqlDbType.Text, parts, row => row.Part.MediaType),
                        SqlValue.Column(NpgsqlDbType.Bigint, parts, row => row.Part.Size),
                        SqlValue.Column(NpgsqlDbType.Bytea, parts, row => row.Part.Envelope),
                        SqlValue.Column(NpgsqlDbType.Bigint, parts, row => row.Part.Hash),
                    ]
                )
            );
        (Guid Id, short Ordinal, StagedParticipant Participant)[] participants =
        [
            .. rowsWithDetails.SelectMany(row =>
                row.Details.Participants.Select((participant, i) => (row.Id, (short)i, participant))
            ),
        ];
        if (participants.Length > 0)
            merges.Add(
                new(
                    "callintel.merge_participants",
                    [
                        SqlValue.Column(NpgsqlDbType.Uuid, participants, row => row.Id),
                        SqlValue.Column(NpgsqlDbType.Smallint, participants, row => row.Ordinal),
                        SqlValue.Column(NpgsqlDbType.Uuid, participants, row => row.Participant.Contact),
                        SqlValue.Column(NpgsqlDbType.Smallint, participants, row => (short)row.Participant.Party.Role),
                        SqlValue.Column(NpgsqlDbType.TimestampTz, participants, row =>
                            row.Participant.Party.StartedAt?.UtcDateTime
                        ),
                        SqlValue.Column(NpgsqlDbType.Integer, participants, row =>
                            (int?)row.Participant.Party.Duration?.TotalSeconds
                        ),
                        SqlValue.Column(NpgsqlDbType.Smallint, participants, row =>
                            (short)row.Participant.Party.Outcome
                        ),
                        SqlValue.Column(NpgsqlDbType.Text, participants, row => row.Participant.Party.Status),
                    ]
                )
            );
        return merges;
    }

    static bool HaveDetails(StagedRows rows)
    {
        foreach (ref readonly StagedEvent row in rows)
            if (row.Details is not null)
                return true;
        return false;
    }

    /// <summary>
    /// Runs the call in the transaction that merged the events and adds the ids of updated events to
    /// <paramref name="updated"/>.
    /// </summary>
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
        merge.With(Parameters);
        updated.UnionWith((Guid[])(await merge.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
    }

    /// <summary>Returns <c>$n, $n+1, ...</c>, one placeholder per parameter.</summary>
    internal string Placeholders(int first) =>
        string.Join(", ", Enumerable.Range(first, Parameters.Length).Select(n => $"${n}"));
}

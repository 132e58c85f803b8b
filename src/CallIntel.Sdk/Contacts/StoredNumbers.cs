using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Contacts;

/// <summary>
/// Reads and writes the numbers of an org's contacts for a reindex. Each call is one round trip and one transaction.
/// </summary>
sealed class StoredNumbers(SessionTransport session, AccessGate gate)
{
    const string OutdatedSql =
        "select number_index, contact_id, kind, number from callintel.read_outdated_numbers($1, $2, $3)";

    static readonly ProtectedRead OutdatedRead = new(
        OutdatedSql,
        3,
        [new("number", ProtectedFields.ContactNumber)],
        contacts: "contact_id"
    );

    internal readonly record struct Row(Guid Index, ContactId Contact, NumberKind Kind, byte[] Number);

    internal readonly record struct Move(Row From, Guid ToIndex, byte[] ToNumber);

    internal Task<FiledRows<Row>> ReadOutdatedAsync(
        int below,
        Guid? after,
        int limit,
        AccessReason reason,
        CancellationToken cancellationToken
    ) =>
        gate.ListAsync(
            new ProtectedCall<Row>(
                OutdatedRead,
                new NpgsqlBatchCommand(OutdatedSql).With(below, after, limit),
                row => new Row(
                    row.GetGuid(0),
                    new ContactId(row.GetGuid(1)),
                    (NumberKind)row.GetInt16(2),
                    row.GetFieldValue<byte[]>(3)
                )
            ),
            reason,
            cancellationToken
        );

    /// <returns>
    /// The number of rows replaced, and the contacts whose number is already stored under its new index.
    /// </returns>
    internal async Task<(long Replaced, Guid[] Claimed)> ReplaceAsync(
        int version,
        IReadOnlyCollection<Move> moves,
        CancellationToken cancellationToken
    )
    {
        if (moves.Count == 0)
            return (0, []);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(
            "select replaced, claimed from callintel.replace_numbers($1, $2, $3, $4, $5)"
        ).With(
            version,
            moves.Select(m => m.From.Index).ToArray(),
            moves.Select(m => m.From.Number).ToArray(),
            moves.Select(m => m.ToIndex).ToArray(),
            moves.Select(m => m.ToNumber).ToArray()
        );
        return (
            await session
                .ListAsync(command, row => (row.GetInt64(0), row.GetFieldValue<Guid[]>(1)), cancellationToken)
                .ConfigureAwait(false)
        )[0];
    }

    internal async Task<long> DropShreddedAsync(
        IReadOnlyCollection<Guid> indexes,
        int below,
        CancellationToken cancellationToken
    ) =>
        indexes.Count == 0
            ? 0
            : (
                await session
                    .ListAsync(
                        new NpgsqlBatchCommand("select callintel.drop_shredded_numbers($1, $2)").With(
                            indexes.ToArray(),
                            below
                        ),
                        row => row.GetInt64(0),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )[0];

    internal async Task<long> CountOutdatedAsync(int below, CancellationToken cancellationToken) =>
        (
            await session
                .ListAsync(
                    new NpgsqlBatchCommand("select callintel.count_outdated_numbers($1)").With(below),
                    row => row.GetInt64(0),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];
}

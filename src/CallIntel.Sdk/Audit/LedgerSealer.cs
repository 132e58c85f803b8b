using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// Appends the entries of finished transactions to the Merkle trees of their months, signs the trees, and delivers the
/// checkpoints.
/// </summary>
/// <remarks>
/// An entry is sealed when no transaction that is older than its own is running any more, so that the order of the
/// leaves does not depend on when somebody looks. A long transaction delays the seals of all orgs.
/// </remarks>
sealed class LedgerSealer(NpgsqlDataSource source, SealKeyRing keys, ICheckpointSink? sink)
{
    /// <summary>
    /// Ends the identity of checkpoints over entries of a database that was restored, whose transaction ids do not
    /// continue.
    /// </summary>
    internal const string RestoredSuffix = "/restored";

    /// <summary>How many entries one transaction seals.</summary>
    internal int BatchSize { get; init; } = 5000;

    internal async Task<LedgerSealReport> SealAllAsync(CancellationToken cancellationToken)
    {
        LedgerSealReport total = new(0, 0, 0);
        await EachOrg
            .RunAsync(await ListOrgsAsync(cancellationToken).ConfigureAwait(false), async org =>
            {
                LedgerSealReport one = await SealAsync(new OrgId(org), cancellationToken).ConfigureAwait(false);
                total = new(
                    total.Entries + one.Entries,
                    total.Checkpoints + one.Checkpoints,
                    total.Published + one.Published
                );
            })
            .ConfigureAwait(false);
        return total;
    }

    internal async Task<LedgerSealReport> SealAsync(OrgId org, CancellationToken cancellationToken)
    {
        if (!keys.Current.CanSign)
            throw SealKey.Invalid("The current key of the ring has no private part, so it cannot sign.");
        long entries = 0;
        int checkpoints = 0;
        try
        {
            for (bool isDone = false; !isDone; )
            {
                await using NpgsqlConnection connection = await source
                    .OpenConnectionAsync(cancellationToken)
                    .ConfigureAwait(false);
                await using NpgsqlTransaction transaction = await connection
                    .BeginTransactionAsync(cancellationToken)
                    .ConfigureAwait(false);
                (int sealedNow, int signed) = await SealBatchAsync(connection, org, cancellationToken)
                    .ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                entries += sealedNow;
                checkpoints += signed;
                isDone = sealedNow < BatchSize;
            }
            return new LedgerSealReport(
                entries,
                checkpoints,
                sink is null ? 0 : await PublishAsync(org, sink, cancellationToken).ConfigureAwait(false)
            );
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation)
        {
            throw new CallIntelException(
                ErrorCodes.SealConflict,
                "Another process sealed the ledgers of the org at the same time.",
                "Nothing needs to be done: the next run seals what is left.",
                e
            )
            {
                IsTransient = true,
            };
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }

    async Task<List<Guid>> ListOrgsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await source
                .OpenConnectionAsync(cancellationToken)
                .ConfigureAwait(false);
            return await RowsAsync(connection, SealSql.Orgs, r => r.GetGuid(0), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }

    async Task<(int Entries, int Checkpoints)> SealBatchAsync(
        NpgsqlConnection connection,
        OrgId org,
        CancellationToken cancellationToken
    )
    {
        await RowsAsync(connection, SealSql.Lock, _ => 0, cancellationToken, org.Value).ConfigureAwait(false);
        SealState state = (
            await RowsAsync(connection, SealSql.State, SealState.Read, cancellationToken, org.Value)
                .ConfigureAwait(false)
        )[0];
        // In a database that was restored or promoted, transaction ids do not continue: everything without a leaf.
        bool isSame = state.Identity == state.Present || (state.Identity.Length == 0 && !state.HasForeign);
        string identity = isSame ? state.Present : state.Present + RestoredSuffix;
        List<(short Ledger, Guid Id, byte[] Hash)> rows = await RowsAsync(
                connection,
                SealSql.Unsealed,
                r => (r.GetInt16(0), r.GetGuid(1), r.GetFieldValue<byte[]>(2)),
                cancellationToken,
                org.Value,
                isSame ? $"{state.Horizon}" : "0",
                isSame ? $"{state.Oldest}" : $"{ulong.MaxValue}",
                BatchSize
            )
            .ConfigureAwait(false);
        Dictionary<DateOnly, MerkleFrontier> trees = (
            await RowsAsync(
                    connection,
                    SealSql.Trees,
                    r => (r.GetFieldValue<DateOnly>(0), new MerkleFrontier(r.GetInt64(1), r.GetFieldValue<byte[]>(2))),
                    cancellationToken,
                    org.Value
                )
                .ConfigureAwait(false)
        ).ToDictionary();
        int checkpoints = 0;
        foreach (IGrouping<DateOnly, (short Ledger, Guid Id, byte[] Hash)> month in rows.GroupBy(r => MonthOf(r.Id)))
        {
            if (!trees.TryGetValue(month.Key, out MerkleFrontier? tree))
                tree = new MerkleFrontier();
            if (!tree.IsValid)
                throw new CallIntelException(
                    ErrorCodes.SealConflict,
                    $"The Merkle tree of {Checkpoint.OriginOf(org, month.Key)} is damaged.",
                    "Run callintel audit verify, and restore callintel_private.audit_trees from a backup."
                );
            long first = tree.Size;
            foreach ((_, _, byte[] hash) in month)
                tree.Append(hash);
            byte[] root = tree.Root();
            Checkpoint signed = Checkpoint.Sign(Checkpoint.OriginOf(org, month.Key), tree.Size, root, keys.Current);
            await RowsAsync(
                    connection,
                    SealSql.AddLeaves,
                    _ => 0,
                    cancellationToken,
                    org.Value,
                    month.Key,
                    month.Select((_, i) => first + i).ToArray(),
                    month.Select(r => r.Ledger).ToArray(),
                    month.Select(r => r.Id).ToArray(),
                    month.Select(r => r.Hash).ToArray()
                )
                .ConfigureAwait(false);
            await RowsAsync(
                    connection,
                    SealSql.SetTree,
                    _ => 0,
                    cancellationToken,
                    org.Value,
                    month.Key,
                    tree.Size,
                    tree.ToBytes()
                )
                .ConfigureAwait(false);
            await RowsAsync(
                    connection,
                    SealSql.AddCheckpoint,
                    _ => 0,
                    cancellationToken,
                    org.Value,
                    month.Key,
                    tree.Size,
                    root,
                    rows.Count < BatchSize ? state.Oldest
                        : isSame ? state.Horizon
                        : 0L,
                    state.Next,
                    identity,
                    state.Now,
                    signed.Note
                )
                .ConfigureAwait(false);
            checkpoints++;
        }
        // The horizon moves when everything below it has a leaf.
        if (rows.Count < BatchSize)
            await RowsAsync(
                    connection,
                    SealSql.SetState,
                    _ => 0,
                    cancellationToken,
                    org.Value,
                    state.Oldest,
                    state.Present,
                    state.Now
                )
                .ConfigureAwait(false);
        return (rows.Count, checkpoints);
    }

    /// <summary>Delivers the newest checkpoint of each month that the sink does not have.</summary>
    async Task<int> PublishAsync(OrgId org, ICheckpointSink receiver, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await source
            .OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        var waiting = await RowsAsync(
                connection,
                SealSql.Unpublished,
                r =>
                    (
                        Month: r.GetFieldValue<DateOnly>(0),
                        Size: r.GetInt64(1),
                        Root: r.GetFieldValue<byte[]>(2),
                        Note: r.GetString(3),
                        From: r.GetInt64(4)
                    ),
                cancellationToken,
                org.Value
            )
            .ConfigureAwait(false);
        foreach (var one in waiting)
        {
            List<SealedEntry> entries = await RowsAsync(
                    connection,
                    SealSql.LeavesBetween,
                    ReadLeaf,
                    cancellationToken,
                    org.Value,
                    one.Month,
                    one.From,
                    one.Size
                )
                .ConfigureAwait(false);
            Checkpoint checkpoint = new()
            {
                Origin = Checkpoint.OriginOf(org, one.Month),
                Size = one.Size,
                Root = one.Root,
                Note = one.Note,
            };
            await receiver.PublishAsync(checkpoint, entries, cancellationToken).ConfigureAwait(false);
            await RowsAsync(connection, SealSql.Published, _ => 0, cancellationToken, org.Value, one.Month, one.Size)
                .ConfigureAwait(false);
        }
        return waiting.Count;
    }

    internal static SealedEntry ReadLeaf(NpgsqlDataReader row) =>
        new(row.GetInt64(0), (AuditLedgers)row.GetInt16(1), row.GetGuid(2), row.GetFieldValue<byte[]>(3));

    /// <summary>The first day of the month in UTC that the id of an entry belongs to.</summary>
    internal static DateOnly MonthOf(Guid id)
    {
        DateTime time = TimeOf(id).UtcDateTime;
        return new DateOnly(time.Year, time.Month, 1);
    }

    /// <summary>The first 48 bits of an id are milliseconds.</summary>
    internal static DateTimeOffset TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        long milliseconds = 0;
        foreach (byte part in bytes[..6])
            milliseconds = (milliseconds << 8) | part;
        // An id that no function of the package made can lie beyond the calendar.
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, 253402300799999));
    }

    internal static async Task<List<T>> RowsAsync<T>(
        NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        await using NpgsqlCommand command = new(sql, connection);
        foreach (object value in values)
            command.Parameters.Add(
                value is DateTime
                    ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.TimestampTz }
                    : new NpgsqlParameter { Value = value }
            );
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(map(reader));
        return rows;
    }

    /// <param name="Horizon">Entries of transactions below it have a leaf.</param>
    /// <param name="Identity">The database that the horizon belongs to.</param>
    /// <param name="Present">The database that is connected.</param>
    /// <param name="Oldest">The oldest transaction that runs.</param>
    /// <param name="Next">The first transaction id that was not assigned.</param>
    /// <param name="Now">The clock of the database.</param>
    /// <param name="HasForeign">Whether entries have transaction ids of another database.</param>
    sealed record SealState(
        long Horizon,
        string Identity,
        string Present,
        long Oldest,
        long Next,
        DateTime Now,
        bool HasForeign
    )
    {
        internal static SealState Read(NpgsqlDataReader row) =>
            new(
                row.GetInt64(0),
                row.GetString(1),
                row.GetString(2),
                row.GetInt64(3),
                row.GetInt64(4),
                row.GetDateTime(5),
                row.GetBoolean(6)
            );
    }
}

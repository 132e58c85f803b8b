using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Audit;

/// <summary>Reads the seals and the hashes of the entries of one org, as operations or as an admin.</summary>
abstract class SealReader(OrgId org)
{
    const int Page = 2000;

    internal OrgId Org => org;

    /// <summary>All checkpoints, ordered by month and size.</summary>
    internal Task<List<StoredCheckpoint>> CheckpointsAsync(CancellationToken cancellationToken) =>
        RowsAsync(
            SealSql.Checkpoints,
            "select month, size, root, horizon, next_xid, identity, sealed_at, note, is_current, is_retired"
                + " from callintel.read_audit_checkpoints()",
            r => new StoredCheckpoint(
                r.GetFieldValue<DateOnly>(0),
                r.GetInt64(1),
                r.GetFieldValue<byte[]>(2),
                r.GetInt64(3),
                r.GetInt64(4),
                r.GetString(5),
                r.GetFieldValue<DateTimeOffset>(6),
                r.GetString(7),
                r.GetBoolean(8),
                r.GetBoolean(9)
            ),
            cancellationToken
        );

    /// <summary>The leaves of a month in order, each with the present hash of its entry.</summary>
    internal async IAsyncEnumerable<StoredLeaf> LeavesAsync(
        DateOnly month,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        List<StoredLeaf> page;
        long after = -1;
        do
        {
            page = await RowsAsync(
                    SealSql.Leaves,
                    "select place, ledger, row_id, leaf_hash, row_hash, xact"
                        + " from callintel.read_audit_leaves($1, $2, $3)",
                    r => new StoredLeaf(
                        r.GetInt64(0),
                        r.GetInt16(1),
                        r.GetGuid(2),
                        r.GetFieldValue<byte[]>(3),
                        r.IsDBNull(4) ? null : r.GetFieldValue<byte[]>(4),
                        r.IsDBNull(5) ? null : r.GetInt64(5)
                    ),
                    cancellationToken,
                    month,
                    after,
                    Page
                )
                .ConfigureAwait(false);
            foreach (StoredLeaf leaf in page)
                yield return leaf;
            after = page.Count > 0 ? page[^1].Position : after;
        } while (page.Count == Page);
    }

    /// <summary>The entries without a leaf, in the order of their ids.</summary>
    internal async IAsyncEnumerable<(short Ledger, Guid Id, long Xid)> WithoutLeafAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        List<(short Ledger, Guid Id, long Xid)> page;
        Guid after = Guid.Empty;
        do
        {
            page = await RowsAsync(
                    SealSql.WithoutLeaf,
                    "select ledger, row_id, xact from callintel.read_unsealed_entries($1, $2)",
                    r => (r.GetInt16(0), r.GetGuid(1), r.GetInt64(2)),
                    cancellationToken,
                    after,
                    Page
                )
                .ConfigureAwait(false);
            foreach ((short Ledger, Guid Id, long Xid) entry in page)
                yield return entry;
            after = page.Count > 0 ? page[^1].Id : after;
        } while (page.Count == Page);
    }

    /// <param name="ofOperations">The statement of operations, whose first parameter is the org.</param>
    /// <param name="ofSession">The statement of a session, without the org.</param>
    /// <param name="map">Creates a result from the current row.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <param name="values">The other parameters.</param>
    protected abstract Task<List<T>> RowsAsync<T>(
        string ofOperations,
        string ofSession,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken,
        params object[] values
    );

    /// <summary>Reads as operations.</summary>
    internal sealed class Operator(NpgsqlDataSource source, OrgId org) : SealReader(org)
    {
        protected override async Task<List<T>> RowsAsync<T>(
            string ofOperations,
            string ofSession,
            Func<NpgsqlDataReader, T> map,
            CancellationToken cancellationToken,
            params object[] values
        )
        {
            try
            {
                await using NpgsqlConnection connection = await source
                    .OpenConnectionAsync(cancellationToken)
                    .ConfigureAwait(false);
                return await LedgerSealer
                    .RowsAsync(connection, ofOperations, map, cancellationToken, [Org.Value, .. values])
                    .ConfigureAwait(false);
            }
            catch (Exception e) when (DatabaseErrors.CanTranslate(e))
            {
                throw DatabaseErrors.TranslateForOperator(e);
            }
        }
    }

    /// <summary>Reads as an admin.</summary>
    internal sealed class Member(SessionTransport session) : SealReader(session.Identity.Org)
    {
        protected override Task<List<T>> RowsAsync<T>(
            string ofOperations,
            string ofSession,
            Func<NpgsqlDataReader, T> map,
            CancellationToken cancellationToken,
            params object[] values
        )
        {
            NpgsqlBatchCommand command = new(ofSession);
            foreach (object value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            return session.ListAsync(command, map, cancellationToken);
        }
    }
}

/// <summary>A row of audit_checkpoints.</summary>
/// <param name="Month">The month of the tree.</param>
/// <param name="Size">The number of leaves.</param>
/// <param name="Root">The root.</param>
/// <param name="Horizon">All entries of transactions below it had a leaf.</param>
/// <param name="NextXid">The first transaction id that had not been assigned.</param>
/// <param name="Identity">The database that the transaction ids belong to.</param>
/// <param name="SealedAt">When it was signed.</param>
/// <param name="Note">The signed text.</param>
/// <param name="IsCurrent">Whether the database is still that one.</param>
/// <param name="IsRetired">Whether the removal of the month is on file.</param>
sealed record StoredCheckpoint(
    DateOnly Month,
    long Size,
    byte[] Root,
    long Horizon,
    long NextXid,
    string Identity,
    DateTimeOffset SealedAt,
    string Note,
    bool IsCurrent,
    bool IsRetired
);

/// <summary>A row of audit_leaves with the present hash of its entry; null if the entry does not exist.</summary>
readonly record struct StoredLeaf(long Position, short Ledger, Guid RowId, byte[] Hash, byte[]? RowHash, long? Xid);

using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Encryption;

sealed partial class PostgresKeyStore
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DataKeyRecord>> FetchAsync(
        Guid orgId,
        IReadOnlyList<KeyId> keyIds,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keyIds);
        SessionTransport session = SessionOf(orgId);
        if (keyIds.Count == 0)
            return [];
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(
            "select key_id, purpose, subject_id, epoch, state, wrapped from callintel.fetch_data_keys($1)"
        ).With((byte[][])[.. keyIds.Select(id => id.ToArray())]);
        List<DataKeyRecord> keys = await Tracing
            .SpanAsync("callintel.keys.load", "callintel.keys.count", keyIds.Count, () =>
                session.ListAsync(command, Record, cancellationToken)
            )
            .ConfigureAwait(false);
        log.KeysLoaded(keys.Count);
        return keys;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Calls the same function as <see cref="GetOrCreateAsync"/> without candidate keys. It then stores nothing and
    /// omits subjects that would need a new key.
    /// </remarks>
    public async ValueTask<IReadOnlyList<DataKeyGrant?>> FindActiveAsync(
        Guid orgId,
        IReadOnlyList<KeyDemand> demands,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(demands);
        SessionTransport session = SessionOf(orgId);
        if (demands.Count == 0)
            return [];
        NpgsqlBatchCommand command = GetOrCreate(
            [.. demands.Select(d => d.Subject)],
            [.. demands.Select(d => (long)d.Uses)],
            candidates: [],
            epochs: [],
            wrapped: []
        );
        return await session
            .ListAsync(command, row => row.IsDBNull(0) ? null : Grant(row), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DataKeyGrant>> GetOrCreateAsync(
        Guid orgId,
        IReadOnlyList<DataKeyRequest> requests,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(requests);
        SessionTransport session = SessionOf(orgId);
        if (requests.Count == 0)
            return [];
        NpgsqlBatchCommand command = GetOrCreate(
            [.. requests.Select(r => r.Subject)],
            [.. requests.Select(r => r.Uses)],
            [.. requests.Select(r => r.Candidate.Id.ToArray())],
            [.. requests.Select(r => r.Candidate.Epoch)],
            [.. requests.Select(r => Array(r.Candidate.Wrapped))]
        );
        List<DataKeyGrant> keys = await Tracing
            .SpanAsync("callintel.keys.load", "callintel.keys.count", requests.Count, () =>
                session.ListAsync(command, Grant, cancellationToken)
            )
            .ConfigureAwait(false);
        log.KeysReady(keys.Count);
        return keys;
    }

    /// <inheritdoc/>
    public async ValueTask RetireAsync(
        Guid orgId,
        IReadOnlyList<KeyId> keyIds,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keyIds);
        SessionTransport session = SessionOf(orgId);
        if (keyIds.Count == 0)
            return;
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.retire_data_keys($1)").With(
            (byte[][])[.. keyIds.Select(id => id.ToArray())]
        );
        await session.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    static NpgsqlBatchCommand GetOrCreate(
        KeySubject[] subjects,
        long[] uses,
        byte[][] candidates,
        int[] epochs,
        byte[][] wrapped
    ) =>
        new NpgsqlBatchCommand(
            """
            select key_id, purpose, subject_id, epoch, state, wrapped, granted
              from callintel.get_or_create_data_keys($1, $2, $3, $4, $5, $6)
            """
        ).With(
            (string[])[.. subjects.Select(s => s.Purpose.Value)],
            (Guid[])[.. subjects.Select(s => s.Id)],
            uses,
            candidates,
            epochs,
            wrapped
        );

    static DataKeyGrant Grant(NpgsqlDataReader row) => new(Record(row), row.GetInt64(6));
}

using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Encryption;

sealed partial class PostgresKeyStore
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DataKeyRecord>> ReadOutdatedAsync(
        Guid orgId,
        int epoch,
        KeyId? after,
        int limit,
        CancellationToken cancellationToken = default
    )
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(
            "select key_id, purpose, subject_id, epoch, state, wrapped from callintel.read_outdated_data_keys($1, $2, $3)"
        ).With(epoch, after?.ToArray(), limit);
        return await SessionOf(orgId).ListAsync(command, Record, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReplaceAsync(
        Guid orgId,
        IReadOnlyList<RewrappedDataKey> keys,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        SessionTransport session = SessionOf(orgId);
        if (keys.Count == 0)
            return 0;
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.replace_data_keys($1, $2, $3, $4)").With(
            (byte[][])[.. keys.Select(k => k.Id.ToArray())],
            (int[])[.. keys.Select(k => k.FromEpoch)],
            (int[])[.. keys.Select(k => k.ToEpoch)],
            (byte[][])[.. keys.Select(k => Array(k.Wrapped))]
        );
        List<int> replaced = await session
            .ListAsync(command, row => row.GetInt32(0), cancellationToken)
            .ConfigureAwait(false);
        return replaced[0];
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountOutdatedAsync(
        Guid orgId,
        int epoch,
        CancellationToken cancellationToken = default
    )
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.count_outdated_data_keys($1)").With(
            epoch
        );
        List<long> counted = await SessionOf(orgId)
            .ListAsync(command, row => row.GetInt64(0), cancellationToken)
            .ConfigureAwait(false);
        return counted[0];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Processes with a <see cref="ShredListener"/> forget the keys at once; others decrypt with what they have cached
    /// until its time to live is over. A certificate of erasure has to wait for that.
    /// </remarks>
    public async ValueTask<IReadOnlyList<KeyId>> CryptoShredAsync(
        Guid orgId,
        KeySubject subject,
        CancellationToken cancellationToken = default
    )
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select * from callintel.shred_data_keys($1, $2)").With(
            subject.Purpose.Value,
            subject.Id
        );
        return await SessionOf(orgId)
            .ListAsync(command, row => new KeyId(row.GetFieldValue<byte[]>(0)), cancellationToken)
            .ConfigureAwait(false);
    }
}

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
        NpgsqlBatchCommand command = Command(
            "select key_id, purpose, subject_id, epoch, state, wrapped from callintel.read_outdated_data_keys($1, $2, $3)",
            Value(epoch),
            Bytes(after?.ToArray()),
            Value(limit)
        );
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
        OrgSession session = SessionOf(orgId);
        if (keys.Count == 0)
            return 0;
        NpgsqlBatchCommand command = Command(
            "select callintel.replace_data_keys($1, $2, $3, $4)",
            Value<byte[][]>([.. keys.Select(k => k.Id.ToArray())]),
            Value<int[]>([.. keys.Select(k => k.FromEpoch)]),
            Value<int[]>([.. keys.Select(k => k.ToEpoch)]),
            Value<byte[][]>([.. keys.Select(k => Array(k.Wrapped))])
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
        NpgsqlBatchCommand command = Command("select callintel.count_outdated_data_keys($1)", Value(epoch));
        List<long> counted = await SessionOf(orgId)
            .ListAsync(command, row => row.GetInt64(0), cancellationToken)
            .ConfigureAwait(false);
        return counted[0];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Processes with a <see cref="ShredListener"/> forget the keys at once; others decrypt with what they have cached until its time to
    /// live is over. A certificate of erasure has to wait for that.
    /// </remarks>
    public async ValueTask<IReadOnlyList<KeyId>> CryptoShredAsync(
        Guid orgId,
        KeySubject subject,
        CancellationToken cancellationToken = default
    )
    {
        NpgsqlBatchCommand command = Command(
            "select * from callintel.shred_data_keys($1, $2)",
            Value(subject.Purpose.Value),
            Value(subject.Id)
        );
        return await SessionOf(orgId)
            .ListAsync(command, row => new KeyId(row.GetFieldValue<byte[]>(0)), cancellationToken)
            .ConfigureAwait(false);
    }
}

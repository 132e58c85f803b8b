using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Encryption;

sealed partial class PostgresKeyStore
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DataKeyRecord>> FetchAsync(Guid orgId, IReadOnlyList<KeyId> keyIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyIds);
        OrgSession session = SessionOf(orgId);
        if (keyIds.Count == 0)
            return [];
        NpgsqlBatchCommand command = Command(
            "select key_id, purpose, epoch, state, wrapped from callintel.fetch_data_keys($1)",
            Value<byte[][]>([.. keyIds.Select(id => id.ToArray())]));
        return await session.ListAsync(command, Record, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DataKeyGrant>> GetOrCreateAsync(
        Guid orgId, IReadOnlyList<DataKeyRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        OrgSession session = SessionOf(orgId);
        if (requests.Count == 0)
            return [];
        NpgsqlBatchCommand command = Command(
            """
            select key_id, purpose, epoch, state, wrapped, granted
              from callintel.get_or_create_data_keys($1, $2, $3, $4, $5, $6, $7)
            """,
            Value<string[]>([.. requests.Select(r => r.Subject.Purpose.Value)]),
            Value<Guid[]>([.. requests.Select(r => r.Subject.Id)]),
            Value<long[]>([.. requests.Select(r => r.Uses)]),
            Value<long[]>([.. requests.Select(r => r.UsageCap)]),
            Value<byte[][]>([.. requests.Select(r => r.Candidate.Id.ToArray())]),
            Value<int[]>([.. requests.Select(r => r.Candidate.Epoch)]),
            Value<byte[][]>([.. requests.Select(r => Array(r.Candidate.Wrapped))]));
        return await session.ListAsync(command, row => new DataKeyGrant(Record(row), row.GetInt64(5)), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<long> ReserveAsync(Guid orgId, KeyId keyId, long uses, long cap, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(uses, 1);
        NpgsqlBatchCommand command = Command("select callintel.reserve_key_uses($1, $2, $3)", Value(keyId.ToArray()), Value(uses), Value(cap));
        List<long> granted = await SessionOf(orgId).ListAsync(command, row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        return granted[0];
    }
}

using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Encryption;

sealed partial class PostgresKeyStore
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<OrgKeyRecord>> FetchAsync(
        Guid orgId,
        OrgKeyKind kind,
        CancellationToken cancellationToken = default
    )
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(
            "select version, state, root_key_id, wrapped from callintel.fetch_org_keys($1)"
        ).With((short)kind);
        return await SessionOf(orgId)
            .ListAsync(
                command,
                row => new OrgKeyRecord(
                    orgId,
                    kind,
                    row.GetInt32(0),
                    (KeyState)row.GetInt16(1),
                    new RootWrappedKey(row.GetString(2), Wrapped(row, 3))
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask AddAsync(OrgKeyRecord candidate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.add_org_key($1, $2, $3, $4)").With(
            (short)candidate.Kind,
            candidate.Version,
            candidate.Wrapped.RootKeyId,
            Array(candidate.Wrapped.Ciphertext)
        );
        await SessionOf(candidate.OrgId).ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> MoveAsync(
        Guid orgId,
        OrgKeyKind kind,
        int version,
        KeyState from,
        KeyState to,
        CancellationToken cancellationToken = default
    )
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.move_org_key($1, $2, $3, $4)").With(
            (short)kind,
            version,
            (short)from,
            (short)to
        );
        List<bool> moved = await SessionOf(orgId)
            .ListAsync(command, row => row.GetBoolean(0), cancellationToken)
            .ConfigureAwait(false);
        return moved[0];
    }
}

using System.Globalization;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Encryption;

/// <summary>The wrapped keys of all orgs, for whoever operates the database.</summary>
/// <remarks>
/// Thread-safe. Connects as <c>callintel_ops</c> or the role that installed the schema: sessions do not reach the
/// table.
/// </remarks>
sealed class PostgresRootRewrapStore(NpgsqlDataSource source) : IRootRewrapStore
{
    // one run at a time writes: two that lock the same rows in another order would deadlock
    static readonly string LockSql = string.Create(
        CultureInfo.InvariantCulture,
        $"select pg_catalog.pg_advisory_xact_lock({AdvisoryLocks.Package}, {AdvisoryLocks.RootRewrap})"
    );

    const string ReplaceSql = """
        update callintel_private.org_keys k set root_key_id = r.to_root, wrapped = r.to_wrapped
          from unnest($1, $2, $3, $4, $5, $6, $7) as r (org_id, kind, version, from_root, from_wrapped, to_root, to_wrapped)
         where k.org_id = r.org_id and k.kind = r.kind and k.version = r.version and k.state < 4
           and k.root_key_id = r.from_root and k.wrapped = r.from_wrapped
        """;

    const string ReadSql = """
        select k.org_id, k.kind, k.version, k.state, k.root_key_id, k.wrapped
          from callintel_private.org_keys k
         where k.state < 4 and k.root_key_id <> $1 and ($2 is null or (k.org_id, k.kind, k.version) > ($2, $3, $4))
         order by k.org_id, k.kind, k.version limit $5
        """;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<OrgKeyRecord>> ReadOutdatedAsync(
        string rootKeyId,
        RootKeyContext? after,
        int limit,
        CancellationToken cancellationToken = default
    )
    {
        await using NpgsqlCommand command = source.CreateCommand(ReadSql);
        command.Parameters.Add(new NpgsqlParameter { Value = rootKeyId });
        command.With(after?.OrgId);
        command.Parameters.Add(new NpgsqlParameter { Value = (short)(after?.Kind ?? default) });
        command.Parameters.Add(new NpgsqlParameter { Value = after?.Version ?? 0 });
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        return await Translated(async () =>
            {
                List<OrgKeyRecord> keys = [];
                await using NpgsqlDataReader reader = await command
                    .ExecuteReaderAsync(cancellationToken)
                    .ConfigureAwait(false);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    keys.Add(
                        new OrgKeyRecord(
                            reader.GetGuid(0),
                            (OrgKeyKind)reader.GetInt16(1),
                            reader.GetInt32(2),
                            (KeyState)reader.GetInt16(3),
                            new RootWrappedKey(reader.GetString(4), reader.GetFieldValue<byte[]>(5))
                        )
                    );
                return keys;
            })
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReplaceAsync(
        IReadOnlyList<RewrappedOrgKey> keys,
        CancellationToken cancellationToken = default
    )
    {
        await using NpgsqlBatch batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql));
        NpgsqlBatchCommand replace = new(ReplaceSql);
        foreach (
            object values in new object[]
            {
                keys.Select(k => k.Context.OrgId).ToArray(),
                keys.Select(k => (short)k.Context.Kind).ToArray(),
                keys.Select(k => k.Context.Version).ToArray(),
                keys.Select(k => k.From.RootKeyId).ToArray(),
                keys.Select(k => k.From.Ciphertext.ToArray()).ToArray(),
                keys.Select(k => k.To.RootKeyId).ToArray(),
                keys.Select(k => k.To.Ciphertext.ToArray()).ToArray(),
            }
        )
            replace.Parameters.Add(new NpgsqlParameter { Value = values });
        batch.BatchCommands.Add(replace);
        await Translated(() => batch.ExecuteNonQueryAsync(cancellationToken)).ConfigureAwait(false);
        return (int)replace.RecordsAffected;
    }

    /// <inheritdoc/>
    public ValueTask<long> CountOutdatedAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
        CountAsync(
            "select count(*) from callintel_private.org_keys k where k.state < 4 and k.root_key_id <> $1",
            rootKeyId,
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<long> CountUnderAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
        CountAsync(
            "select count(*) from callintel_private.org_keys k where k.state < 4 and k.root_key_id = $1",
            rootKeyId,
            cancellationToken
        );

    async ValueTask<long> CountAsync(string sql, string rootKeyId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = rootKeyId });
        return (long)(await Translated(() => command.ExecuteScalarAsync(cancellationToken)).ConfigureAwait(false))!;
    }

    static async Task<T> Translated<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }
}

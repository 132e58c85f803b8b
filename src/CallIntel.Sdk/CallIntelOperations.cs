using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk;

/// <summary>
/// Maintains a database that has been migrated: signing keys, root keys, partitions and the password of the application
/// role. Use it in operations tools, not inside an application.
/// </summary>
/// <remarks>Thread-safe. Connects as <c>callintel_ops</c> or as the role that installed the schema.</remarks>
public sealed partial class CallIntelOperations
{
    const int ScramIterations = 4096;
    readonly NpgsqlDataSource _source;

    /// <summary>Creates the operations for one database.</summary>
    /// <param name="source">Opens connections with an operations role. The caller disposes it.</param>
    public CallIntelOperations(NpgsqlDataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
    }

    /// <summary>Installs every key of a ring in the database. Installing a key again changes nothing.</summary>
    /// <param name="keys">The ring that the applications use.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    public async Task InstallSigningKeysAsync(SigningKeyRing keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (SigningKey key in keys.Keys)
            await ScalarAsync(
                    "select callintel_private.install_signing_key($1, $2)",
                    cancellationToken,
                    (int)key.Id,
                    key.Bytes.ToArray()
                )
                .ConfigureAwait(false);
    }

    /// <summary>Retires a signing key. The next statement with a token signed by it is refused.</summary>
    /// <param name="id">The id of the key.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if the database has no such key.</returns>
    public async Task<bool> RetireSigningKeyAsync(byte id, CancellationToken cancellationToken = default) =>
        await ScalarAsync(
                "delete from callintel_private.signing_keys where key_id = $1 returning true",
                cancellationToken,
                (short)id
            )
            .ConfigureAwait(false)
            is true;

    /// <summary>
    /// Rewraps the keys of all orgs with the provider's active root key. Run it after a root key rotation, and run it
    /// again if it was interrupted.
    /// </summary>
    /// <param name="root">The provider. It must hold both the old root key and the new, active one.</param>
    /// <param name="progress">Receives the progress after every page of keys.</param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. Cancels between pages; rewrapped keys stay rewrapped.
    /// </param>
    /// <returns>The progress made. No keys remain when the operation is complete.</returns>
    /// <remarks>
    /// Applications can keep running. Each key is unwrapped with both root keys and compared before it is stored.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// The provider or the connection failed; or <c>CI0142</c>: the key unwrapped with the new root key differs from
    /// the original.
    /// </exception>
    public Task<RootRewrapProgress> RewrapOrgKeysAsync(
        IRootKeyProvider root,
        IProgress<RootRewrapProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => new RootKeyRotation(root, new PostgresRootRewrapStore(_source)).RewrapAsync(progress, cancellationToken);

    /// <summary>
    /// Lets the provider destroy a root key that no org key is wrapped with. This cannot be undone.
    /// </summary>
    /// <param name="root">The provider.</param>
    /// <param name="rootKeyId">The id of the root key, which must not be the active one.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// Only this database is checked. Other databases and backups whose keys are wrapped with this root key become
    /// unreadable.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0146</c> an org key is still wrapped with it; <c>CI0115</c> it is the active root key; <c>CI0112</c> the
    /// provider has no root key with this id.
    /// </exception>
    public Task DestroyRootKeyAsync(
        IRootKeyProvider root,
        string rootKeyId,
        CancellationToken cancellationToken = default
    ) => new RootKeyRotation(root, new PostgresRootRewrapStore(_source)).DestroyAsync(rootKeyId, cancellationToken);

    /// <summary>
    /// Creates the monthly partitions that are missing. Run it on a schedule, some months ahead, and before you import
    /// older records.
    /// </summary>
    /// <param name="firstMonth">Any day of the first month.</param>
    /// <param name="lastMonth">Any day of the last month, at most twenty years after the first.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The number of partitions created.</returns>
    /// <exception cref="CallIntelException"><c>CI0009</c>: the range is empty or too long.</exception>
    public async Task<int> EnsurePartitionsAsync(
        DateOnly firstMonth,
        DateOnly lastMonth,
        CancellationToken cancellationToken = default
    ) =>
        (int)
            (
                await ScalarAsync(
                        "select callintel.ensure_partitions($1, $2)",
                        cancellationToken,
                        firstMonth,
                        lastMonth
                    )
                    .ConfigureAwait(false)
            )!;

    /// <summary>
    /// Removes entries of the change feed of all orgs that are older than a time. Run it on a schedule, for example
    /// daily.
    /// </summary>
    /// <param name="keep">
    /// How long entries are kept, at least one hour. A reader that was away longer receives
    /// <see cref="ChangeFeed.ChangeKind.Resync"/>.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The number of entries removed.</returns>
    /// <exception cref="CallIntelException"><c>CI0281</c>: the time is shorter than one hour.</exception>
    public async Task<long> TrimChangeFeedAsync(TimeSpan keep, CancellationToken cancellationToken = default) =>
        (long)
            (
                await ScalarAsync("select callintel.trim_change_feed($1)", cancellationToken, keep)
                    .ConfigureAwait(false)
            )!;

    /// <summary>
    /// Sets the password of <c>callintel_app</c>. The server receives only the SCRAM verifier, so the password cannot
    /// appear in a server log.
    /// </summary>
    /// <param name="password">The password. Generate it at random.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// Requires the role that installed the schema or another role that may alter <c>callintel_app</c>;
    /// <c>callintel_ops</c> may not.
    /// </remarks>
    public async Task SetAppPasswordAsync(string password, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(password);
        // The verifier contains only base64 characters, digits and punctuation without quotes, so it cannot end the
        // literal.
        await ScalarAsync($"alter role callintel_app password '{ScramVerifier(password)}'", cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Returns the SCRAM-SHA-256 verifier (RFC 5803) in the format that PostgreSQL stores.</summary>
    static string ScramVerifier(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16);
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, ScramIterations, HashAlgorithmName.SHA256, 32);
        byte[] storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        byte[] serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${ScramIterations}:{Convert.ToBase64String(salt)}"
            + $"${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }

    async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using NpgsqlCommand command = _source.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        try
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }
}

using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk;

/// <summary>
/// What operations do to a database that is migrated: signing keys, root keys, partitions, the application role's
/// password. Not for inside an application.
/// </summary>
/// <remarks>Thread-safe. Connects as <c>callintel_ops</c> or the role that installed the schema.</remarks>
public sealed class CallIntelOperations
{
    const int ScramIterations = 4096;
    readonly NpgsqlDataSource _source;

    /// <summary>Makes the operations of one database.</summary>
    /// <param name="source">Connections of an operations role; the caller disposes it.</param>
    public CallIntelOperations(NpgsqlDataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
    }

    /// <summary>Makes every key of a ring live in the database. Installing again changes nothing.</summary>
    /// <param name="keys">The ring the applications use.</param>
    /// <param name="cancellationToken">Cancels.</param>
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

    /// <summary>Retires a signing key: tokens signed with it are refused from the next statement on.</summary>
    /// <param name="id">The id of the key.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False if no such key was live.</returns>
    public async Task<bool> RetireSigningKeyAsync(byte id, CancellationToken cancellationToken = default) =>
        await ScalarAsync(
                "delete from callintel_private.signing_keys where key_id = $1 returning true",
                cancellationToken,
                (short)id
            )
            .ConfigureAwait(false)
            is true;

    /// <summary>
    /// Moves the keys of all orgs to the provider's active root key. Run it after the root key was rotated, and again
    /// if it was interrupted.
    /// </summary>
    /// <param name="root">Has the root key before and the new one, which is active.</param>
    /// <param name="progress">Told after every page of keys.</param>
    /// <param name="cancellationToken">Cancels between pages; what was done stays done.</param>
    /// <returns>How far it came; nothing remains when it is done.</returns>
    /// <remarks>
    /// Applications go on meanwhile. Each key is unwrapped under both root keys and compared before it is stored.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// A coded failure of the provider or the connection, or <c>CI0142</c>: a key did not come back the same.
    /// </exception>
    public Task<RootRewrapProgress> RewrapOrgKeysAsync(
        IRootKeyProvider root,
        IProgress<RootRewrapProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => new RootKeyRotation(root, new PostgresRootRewrapStore(_source)).RewrapAsync(progress, cancellationToken);

    /// <summary>
    /// Has the provider destroy a root key that no key of an org is under any more. Cannot be undone.
    /// </summary>
    /// <param name="root">The provider.</param>
    /// <param name="rootKeyId">The root key, which is not the active one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>
    /// Only this database is looked at: another one, or a backup, that has keys under the root key is lost with it.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0146</c> a key of an org is still under it; <c>CI0115</c> it is the active one; <c>CI0112</c> there is
    /// none.
    /// </exception>
    public Task DestroyRootKeyAsync(
        IRootKeyProvider root,
        string rootKeyId,
        CancellationToken cancellationToken = default
    ) => new RootKeyRotation(root, new PostgresRootRewrapStore(_source)).DestroyAsync(rootKeyId, cancellationToken);

    /// <summary>
    /// Makes the monthly partitions that are missing. Run it on a schedule, some months ahead, and before importing
    /// older records.
    /// </summary>
    /// <param name="firstMonth">Any day of the first month.</param>
    /// <param name="lastMonth">Any day of the last month; at most twenty years later.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many partitions were made.</returns>
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
    /// Sets the password of <c>callintel_app</c>. The server receives its SCRAM verifier, never the password, so no log
    /// can hold it.
    /// </summary>
    /// <param name="password">The password; draw it at random.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>
    /// Needs the role that installed the schema, or another that may alter <c>callintel_app</c>; <c>callintel_ops</c>
    /// may not.
    /// </remarks>
    public async Task SetAppPasswordAsync(string password, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(password);
        // base64 and digits only: nothing in it could end the literal
        await ScalarAsync($"alter role callintel_app password '{ScramVerifier(password)}'", cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>RFC 5803, as PostgreSQL stores it.</summary>
    static string ScramVerifier(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16);
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, ScramIterations, HashAlgorithmName.SHA256, 32);
        byte[] storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        byte[] serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${ScramIterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
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

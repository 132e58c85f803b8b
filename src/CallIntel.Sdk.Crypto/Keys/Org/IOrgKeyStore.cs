namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Stores the keys of orgs, wrapped under root keys. It never sees an unwrapped key.</summary>
/// <remarks>Implementations are thread-safe. Each call is one transaction.</remarks>
public interface IOrgKeyStore
{
    /// <summary>
    /// Reads all versions of a key, including destroyed ones. A destroyed version tells erased data from damaged data.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="kind">The kind of key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// The versions in any order. A destroyed version has no wrapped key. Empty if the org has no key of this kind yet.
    /// </returns>
    ValueTask<IReadOnlyList<OrgKeyRecord>> FetchAsync(
        Guid orgId,
        OrgKeyKind kind,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Adds a version as the active one. The version that was active becomes <see cref="KeyState.DecryptOnly"/> in the
    /// same transaction. If the version already exists, nothing changes.
    /// </summary>
    /// <param name="candidate">The new version, in state <see cref="KeyState.Active"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the version is durable: this one, or the one that existed before.</returns>
    ValueTask AddAsync(OrgKeyRecord candidate, CancellationToken cancellationToken = default);

    /// <summary>
    /// Moves a version to another state. A move to <see cref="KeyState.Destroyed"/> also deletes the wrapped key.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="kind">The kind of key.</param>
    /// <param name="version">The version.</param>
    /// <param name="from">The state that the version has to be in.</param>
    /// <param name="to">The new state.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// <see langword="true"/> if the version was moved; <see langword="false"/> if it was in another state.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RewrapIncomplete"/>: the version is an epoch that still wraps a data key. This is
    /// checked in the same transaction.
    /// </exception>
    ValueTask<bool> MoveAsync(
        Guid orgId,
        OrgKeyKind kind,
        int version,
        KeyState from,
        KeyState to,
        CancellationToken cancellationToken = default
    );
}

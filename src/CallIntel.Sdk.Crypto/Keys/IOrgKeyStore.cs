namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Keeps the keys of orgs, wrapped under root keys. Never sees a key itself.</summary>
/// <remarks>Implementations are thread-safe; each call is one transaction.</remarks>
public interface IOrgKeyStore
{
    /// <summary>Reads all versions of a key, destroyed ones too: that an epoch was destroyed is what tells erased data from damaged data.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="kind">What the key is.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The versions, destroyed ones without a wrapped key; empty when the org has none yet.</returns>
    ValueTask<IReadOnlyList<OrgKeyRecord>> FetchAsync(
        Guid orgId,
        OrgKeyKind kind,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Adds a version as the active one; the one that was active becomes <see cref="KeyState.DecryptOnly"/> in the same transaction.
    /// When that version exists already, the first one wins: nothing is changed.
    /// </summary>
    /// <param name="candidate">The new version, in state <see cref="KeyState.Active"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that ends when the version, this one or the one that came first, is durable.</returns>
    ValueTask AddAsync(OrgKeyRecord candidate, CancellationToken cancellationToken = default);

    /// <summary>Moves a version to another state; <see cref="KeyState.Destroyed"/> also removes the wrapped key.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="kind">What the key is.</param>
    /// <param name="version">The version.</param>
    /// <param name="from">The state it has to be in.</param>
    /// <param name="to">The state it gets.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether it was in that state. False changes nothing.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RewrapIncomplete"/>: an epoch was to be destroyed while a data key is wrapped under it, checked in the same transaction.
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

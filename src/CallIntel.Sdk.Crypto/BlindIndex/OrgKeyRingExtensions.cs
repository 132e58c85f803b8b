using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.BlindIndex;

/// <summary>Derives blind-index keys from the keys of an <see cref="OrgKeyRing"/>.</summary>
/// <remarks>Thread-safe.</remarks>
public static class OrgKeyRingExtensions
{
    const string SuppressionDomain = "suppression";

    /// <summary>
    /// Gets the blind-index keys of an org to store indexes with. Creates the org's key if it has none.
    /// </summary>
    /// <param name="ring">The keys of orgs.</param>
    /// <param name="orgId">The org.</param>
    /// <param name="domain">
    /// The domain, for example <c>phone</c>: 1 to 64 ASCII characters. Indexes of one domain can be joined across
    /// tables.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The keys of all versions. The caller disposes them.</returns>
    /// <exception cref="ArgumentException">The domain is empty, too long or not ASCII.</exception>
    /// <exception cref="CallIntelException">
    /// The store or the provider failed, or a version cannot be unwrapped. All versions are required, because a value
    /// under the missing one would be stored a second time.
    /// </exception>
    public static async ValueTask<BlindIndexKeys> GetBlindIndexKeysAsync(
        this OrgKeyRing ring,
        Guid orgId,
        string domain,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(ring);
        while (true)
        {
            OrgKeyVersions versions = await ring.LoadAsync(
                    orgId,
                    OrgKeyKind.BlindIndex,
                    create: true,
                    cancellationToken
                )
                .ConfigureAwait(false);
            // Null if it was invalidated after the load. The next iteration loads it again.
            if (Derive(versions, orgId, domain, skipFaulty: false) is { } keys)
                return keys;
        }
    }

    /// <summary>Gets the blind-index keys of an org to search with. Creates no key.</summary>
    /// <param name="ring">The keys of orgs.</param>
    /// <param name="orgId">The org.</param>
    /// <param name="domain">The domain, as for <see cref="GetBlindIndexKeysAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// The keys of the versions that can be unwrapped; see <see cref="BlindIndexKeys.Fault"/>. The caller disposes
    /// them. <see langword="null"/> if the org has no active key, so that no value can be found.
    /// </returns>
    /// <exception cref="ArgumentException">The domain is empty, too long or not ASCII.</exception>
    /// <exception cref="CallIntelException">
    /// The store or the provider failed, or the active version cannot be unwrapped.
    /// </exception>
    public static async ValueTask<BlindIndexKeys?> FindBlindIndexKeysAsync(
        this OrgKeyRing ring,
        Guid orgId,
        string domain,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(ring);
        while (true)
        {
            OrgKeyVersions versions = await ring.LoadAsync(
                    orgId,
                    OrgKeyKind.BlindIndex,
                    create: false,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (!versions.HasActive)
                return null;

            if (Derive(versions, orgId, domain, skipFaulty: true) is { } keys)
                return keys;
        }
    }

    /// <summary>
    /// Gets the key of the hashes that recognize suppressed numbers: another one than that of the blind index, so that
    /// a list of suppressed numbers cannot be joined with stored ones. It has a single version.
    /// </summary>
    /// <param name="ring">The keys of orgs.</param>
    /// <param name="orgId">The org.</param>
    /// <param name="create">Whether to create the key if the org has none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// The key; the caller disposes it. <see langword="null"/> if the org has none and <paramref name="create"/> is
    /// <see langword="false"/>.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.OrgKeyDestroyed"/>: the root key above the org key was destroyed. Or the store or
    /// the provider failed.
    /// </exception>
    public static async ValueTask<BlindIndexKey?> GetSuppressionKeyAsync(
        this OrgKeyRing ring,
        Guid orgId,
        bool create,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(ring);
        while (true)
        {
            OrgKeyVersions versions = await ring.LoadAsync(orgId, OrgKeyKind.Suppression, create, cancellationToken)
                .ConfigureAwait(false);
            if (!versions.HasActive)
                return null;

            // Null if it was invalidated after the load. The next iteration loads it again.
            if (
                versions.TryDerive(
                    (version, root) => BlindIndexKey.Derive(root, orgId, SuppressionDomain, version),
                    skipFaulty: false,
                    out _
                ) is
                { } keys
            )
                return keys[0];
        }
    }

    static BlindIndexKeys? Derive(OrgKeyVersions versions, Guid orgId, string domain, bool skipFaulty) =>
        versions.TryDerive(
            (version, root) => BlindIndexKey.Derive(root, orgId, domain, version),
            skipFaulty,
            out CallIntelException? fault
        )
            is { } keys
            ? new BlindIndexKeys(keys, fault)
            : null;
}

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Holds root keys and wraps the keys of orgs under them. A root key never leaves its provider.</summary>
/// <remarks>
/// Implementations are thread-safe. Errors a provider knows are <see cref="CallIntelException"/>s with the codes below; whatever else it
/// throws is reported as <see cref="CryptoErrorCodes.RootProviderUnavailable"/> by <see cref="OrgKeyRing"/>.
/// </remarks>
public interface IRootKeyProvider
{
    /// <summary>What this provider can do.</summary>
    RootKeyCapabilities Capabilities { get; }

    /// <summary>Wraps a key under the active root key.</summary>
    /// <param name="context">What the key is; authenticated.</param>
    /// <param name="key">The key, 32 bytes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The wrapped key.</returns>
    ValueTask<RootWrappedKey> WrapAsync(
        RootKeyContext context,
        ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken = default
    );

    /// <summary>Unwraps a key.</summary>
    /// <param name="context">What the key is; must be what it was wrapped with.</param>
    /// <param name="wrapped">The wrapped key.</param>
    /// <param name="destination">Exactly 32 bytes; zeroed on failure.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that ends when the key is there.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RootKeyUnknown"/>, <see cref="CryptoErrorCodes.RootKeyDestroyed"/> or <see cref="CryptoErrorCodes.RootUnwrapFailed"/>.
    /// </exception>
    ValueTask UnwrapAsync(
        RootKeyContext context,
        RootWrappedKey wrapped,
        Memory<byte> destination,
        CancellationToken cancellationToken = default
    );

    /// <summary>Moves keys to the active root key. All or nothing: an error means that none of the answers exist.</summary>
    /// <param name="items">The keys.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The keys under the active root key, in the order given.</returns>
    ValueTask<IReadOnlyList<RootWrappedKey>> RewrapManyAsync(
        IReadOnlyList<RootRewrapItem> items,
        CancellationToken cancellationToken = default
    );

    /// <summary>Destroys a root key that is not the active one. Irreversible: whatever is wrapped only under it is lost.</summary>
    /// <param name="rootKeyId">The root key.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that ends when the key is gone.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RootKeyUnknown"/>, <see cref="CryptoErrorCodes.RootKeyActive"/> or <see cref="CryptoErrorCodes.RootOperationUnsupported"/>.
    /// </exception>
    ValueTask DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default);
}

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Holds root keys and wraps the keys of orgs under them. A root key never leaves its provider.</summary>
/// <remarks>
/// Implementations are thread-safe. They report known errors as <see cref="CallIntelException"/> with the codes listed
/// here. The SDK reports any other exception as <see cref="CryptoErrorCodes.RootProviderUnavailable"/>.
/// </remarks>
public interface IRootKeyProvider
{
    /// <summary>Wraps a key under the active root key.</summary>
    /// <param name="context">What the key is. The provider authenticates it together with the key.</param>
    /// <param name="key">The key, 32 bytes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The wrapped key.</returns>
    ValueTask<RootWrappedKey> WrapAsync(
        RootKeyContext context,
        ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken = default
    );

    /// <summary>Unwraps a key.</summary>
    /// <param name="context">What the key is. It has to equal the context that the key was wrapped with.</param>
    /// <param name="wrapped">The wrapped key.</param>
    /// <param name="destination">Receives the key. Exactly 32 bytes, zeroed on failure.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the key is in <paramref name="destination"/>.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RootKeyUnknown"/>, <see cref="CryptoErrorCodes.RootKeyDestroyed"/> or
    /// <see cref="CryptoErrorCodes.RootUnwrapFailed"/>.
    /// </exception>
    ValueTask UnwrapAsync(
        RootKeyContext context,
        RootWrappedKey wrapped,
        Memory<byte> destination,
        CancellationToken cancellationToken = default
    );

    /// <summary>Rewraps keys under the active root key. If it throws, none of the keys counts as rewrapped.</summary>
    /// <param name="items">The keys.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The keys under the active root key, in the order of <paramref name="items"/>.</returns>
    /// <exception cref="CallIntelException">As for <see cref="UnwrapAsync"/>.</exception>
    ValueTask<IReadOnlyList<RootWrappedKey>> RewrapManyAsync(
        IReadOnlyList<RootRewrapItem> items,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Destroys a root key that is not the active one. This cannot be undone: everything wrapped only under it is lost.
    /// </summary>
    /// <param name="rootKeyId">The id of the root key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the key is destroyed.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RootKeyUnknown"/>, <see cref="CryptoErrorCodes.RootKeyActive"/>, or
    /// <see cref="CryptoErrorCodes.RootOperationUnsupported"/> if the provider cannot destroy keys.
    /// </exception>
    ValueTask DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default);
}

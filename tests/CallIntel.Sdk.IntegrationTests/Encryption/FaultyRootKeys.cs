using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>A root key provider that fails on request.</summary>
sealed class FaultyRootKeys(IRootKeyProvider inner) : IRootKeyProvider
{
    /// <summary>What every call ends in; null while the provider is up.</summary>
    internal volatile Exception? Fault;

    public ValueTask<RootWrappedKey> WrapAsync(
        RootKeyContext context,
        ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken = default
    ) =>
        Fault is { } fault
            ? ValueTask.FromException<RootWrappedKey>(fault)
            : inner.WrapAsync(context, key, cancellationToken);

    public ValueTask UnwrapAsync(
        RootKeyContext context,
        RootWrappedKey wrapped,
        Memory<byte> destination,
        CancellationToken cancellationToken = default
    ) =>
        Fault is { } fault
            ? ValueTask.FromException(fault)
            : inner.UnwrapAsync(context, wrapped, destination, cancellationToken);

    public ValueTask<IReadOnlyList<RootWrappedKey>> RewrapManyAsync(
        IReadOnlyList<RootRewrapItem> items,
        CancellationToken cancellationToken = default
    ) =>
        Fault is { } fault
            ? ValueTask.FromException<IReadOnlyList<RootWrappedKey>>(fault)
            : inner.RewrapManyAsync(items, cancellationToken);

    public ValueTask DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
        inner.DestroyAsync(rootKeyId, cancellationToken);
}

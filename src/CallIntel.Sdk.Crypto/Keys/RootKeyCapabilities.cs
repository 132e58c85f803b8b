namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>What a root key provider can do, so that callers ask before they promise.</summary>
/// <param name="CanDestroy">Whether <see cref="IRootKeyProvider.DestroyAsync"/> works. Without it erasure rests on deletion and on destroying epochs.</param>
/// <param name="BindsContext">Whether the context is authenticated as associated data by the provider itself.</param>
/// <param name="RewrapsInside">Whether a rewrap happens inside the provider, so that keys are not seen by this process.</param>
/// <param name="DestroyDelay">How long a destroyed root key can still be brought back. Zero: not at all, as far as the medium forgets.</param>
public readonly record struct RootKeyCapabilities(
    bool CanDestroy,
    bool BindsContext,
    bool RewrapsInside,
    TimeSpan DestroyDelay
);

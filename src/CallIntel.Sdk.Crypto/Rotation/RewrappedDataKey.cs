using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>A data key under a new epoch.</summary>
/// <param name="Id">The key.</param>
/// <param name="FromEpoch">The epoch it was wrapped under when it was read.</param>
/// <param name="ToEpoch">The epoch it is wrapped under now.</param>
/// <param name="Wrapped">The wrapped key.</param>
public sealed record RewrappedDataKey(KeyId Id, int FromEpoch, int ToEpoch, ReadOnlyMemory<byte> Wrapped);

using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>A data key that was rewrapped under a new epoch, to be stored.</summary>
/// <param name="Id">The id of the key.</param>
/// <param name="FromEpoch">
/// The epoch that it was read with. The key is only replaced if it still has this epoch.
/// </param>
/// <param name="ToEpoch">The new epoch.</param>
/// <param name="Wrapped">The key, wrapped under the new epoch.</param>
public sealed record RewrappedDataKey(KeyId Id, int FromEpoch, int ToEpoch, ReadOnlyMemory<byte> Wrapped);

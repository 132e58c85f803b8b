namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A data key as a store keeps it: wrapped under the org's key of one epoch.</summary>
/// <param name="Id">The id of the key.</param>
/// <param name="Purpose">What the key is for.</param>
/// <param name="Epoch">The epoch of the org key that wraps it.</param>
/// <param name="State">Where the key is in its life.</param>
/// <param name="Wrapped">The wrapped key, <see cref="OrgKek.WrappedLength"/> bytes; empty when the key is destroyed.</param>
public sealed record DataKeyRecord(KeyId Id, KeyPurpose Purpose, int Epoch, KeyState State, ReadOnlyMemory<byte> Wrapped);

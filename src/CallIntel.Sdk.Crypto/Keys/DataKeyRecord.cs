namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A data key as a store keeps it: wrapped under the org key of an epoch.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Subject">Whose data the key protects, as the store says. The wrapping authenticates it.</param>
/// <param name="Epoch">The epoch of the org key that wraps it.</param>
/// <param name="State">Where the key is in its life.</param>
/// <param name="Wrapped">The wrapped key, <see cref="OrgKek.WrappedLength"/> bytes; empty when the key is destroyed.</param>
public sealed record DataKeyRecord(
    KeyId Id,
    KeySubject Subject,
    int Epoch,
    KeyState State,
    ReadOnlyMemory<byte> Wrapped
)
{
    /// <summary>What the key is for.</summary>
    public KeyPurpose Purpose => Subject.Purpose;
}

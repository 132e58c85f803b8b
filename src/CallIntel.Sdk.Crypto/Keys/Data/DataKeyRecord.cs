using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// A stored data key, wrapped under the org key of an epoch; or the key of a conversation, wrapped under the data keys
/// of its parties.
/// </summary>
/// <param name="Id">The id of the key.</param>
/// <param name="Subject">Whose data the key protects. The wrapping authenticates it.</param>
/// <param name="Epoch">
/// The epoch of the org key that wraps it; for a conversation, that of the org key that wraps the key of the party.
/// </param>
/// <param name="State">The state of the key.</param>
/// <param name="Wrapped">
/// The wrapped key, <see cref="WrappedLength"/> bytes. Empty if the key is destroyed. The key of a conversation is
/// longer: a candidate contains the wrapped key of each party, and a store returns the key as wrapped for one party
/// that can still unwrap it, together with the key of that party.
/// </param>
public sealed record DataKeyRecord(
    KeyId Id,
    KeySubject Subject,
    int Epoch,
    KeyState State,
    ReadOnlyMemory<byte> Wrapped
)
{
    /// <summary>The length of a wrapped data key in bytes: 61.</summary>
    public const int WrappedLength = KeyWrap.Length;

    /// <summary>Gets the purpose of the key.</summary>
    public KeyPurpose Purpose => Subject.Purpose;
}

using System.Text;
using CallIntel.Sdk.Crypto.BlindIndex;

namespace CallIntel.Sdk.Contacts;

/// <summary>A normalized party: all spellings of a number have the same normalized form.</summary>
readonly record struct PartyAddress(NumberKind Kind, string Value)
{
    /// <summary>Returns the plaintext of the envelope in <c>contact_numbers.number</c>.</summary>
    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(Value);

    /// <summary>
    /// Returns the value of <c>contact_numbers.number_index</c>: a keyed digest that is the same for the same number in
    /// the same org.
    /// </summary>
    internal Guid IndexUnder(BlindIndexKey key) => key.Compute((BlindIndexKind)Kind, Value);

    /// <summary>Whether the blind index accepts the value. Other values must be rejected earlier.</summary>
    internal bool CanBeIndexed => BlindIndexValue.IsNormalised((BlindIndexKind)Kind, ToBytes());

    public override string ToString() => $"{Kind} ***";
}

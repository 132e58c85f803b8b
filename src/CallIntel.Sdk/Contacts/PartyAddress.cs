using System.Text;
using CallIntel.Sdk.Crypto.BlindIndex;

namespace CallIntel.Sdk.Contacts;

/// <summary>A party normalised: what makes two spellings of one number the same number.</summary>
readonly record struct PartyAddress(NumberKind Kind, string Value)
{
    /// <summary>What the envelope in <c>contact_numbers.number</c> holds.</summary>
    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(Value);

    /// <summary>
    /// What stands in <c>contact_numbers.number_index</c>: a keyed digest, the same for the same number of the same
    /// org.
    /// </summary>
    internal Guid IndexUnder(BlindIndexKey key) => key.Compute((BlindIndexKind)Kind, Value);

    /// <summary>Whether the index takes it: what it would refuse must not get that far.</summary>
    internal bool CanBeIndexed => BlindIndexValue.IsNormalised((BlindIndexKind)Kind, ToBytes());

    public override string ToString() => $"{Kind} ***";
}

using System.Security.Cryptography;
using System.Text;

namespace CallIntel.Sdk.Contacts;

/// <summary>A party normalised: what makes two spellings of one number the same number.</summary>
readonly record struct PartyAddress(NumberKind Kind, string Value)
{
    const int MaxValueBytes = 4 * PartyNormalizer.MaxLength;

    /// <summary>The bytes stored as <c>contact_numbers.number</c>.</summary>
    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(Value);

    /// <summary>What <see cref="ToBytes"/> stored.</summary>
    internal static PartyAddress FromBytes(NumberKind kind, byte[] number) => new(kind, Encoding.UTF8.GetString(number));

    /// <summary>What stands in <c>contact_numbers.number_index</c>: 128 bits of a digest over org, kind and value.</summary>
    internal Guid IndexFor(Guid org)
    {
        Span<byte> message = stackalloc byte[17 + MaxValueBytes];
        org.TryWriteBytes(message, bigEndian: true, out _);
        message[16] = (byte)Kind;
        int length = 17 + Encoding.UTF8.GetBytes(Value, message[17..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message[..length], digest);
        return new Guid(digest[..16], bigEndian: true);
    }

    public override string ToString() => $"{Kind} ***";
}

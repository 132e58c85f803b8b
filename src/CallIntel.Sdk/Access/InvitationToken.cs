using System.Buffers.Text;
using System.Security.Cryptography;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Access;

/// <summary>
/// What accepts an invitation: the org and 32 random bytes, as one text. The database keeps the SHA-256 of all of it.
/// </summary>
readonly struct InvitationToken
{
    const int OrgLength = 16;
    const int Length = OrgLength + 32;

    InvitationToken(byte[] bytes) => Bytes = bytes;

    internal byte[] Bytes { get; }

    internal OrgId Org => new(new Guid(Bytes.AsSpan(0, OrgLength), bigEndian: true));

    internal string Text => Base64Url.EncodeToString(Bytes);

    internal byte[] Digest() => SHA256.HashData(Bytes);

    internal static InvitationToken Draw(OrgId org)
    {
        byte[] bytes = new byte[Length];
        org.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes.AsSpan(OrgLength));
        return new InvitationToken(bytes);
    }

    internal static bool TryParse(string text, out InvitationToken token)
    {
        byte[] bytes = new byte[Length];
        bool whole =
            text.Length == Base64Url.GetEncodedLength(Length)
            && Base64Url.IsValid(text)
            && Base64Url.TryDecodeFromChars(text, bytes, out int written)
            && written == Length;
        token = new InvitationToken(bytes);
        return whole;
    }
}

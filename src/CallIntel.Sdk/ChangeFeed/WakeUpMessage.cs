using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>
/// The payload of a notification that tells other processes in which orgs something was committed. Only a holder of the
/// signing key can tell which orgs these are, whether two notifications are about the same org, or create one: any
/// database user can listen and send.
/// </summary>
/// <remarks>
/// In base64url: 1 byte key id, 8 bytes that identify the sending process, 8 bytes that number its notifications, and
/// for each org 8 bytes of an HMAC-SHA-256 over all of this and the id of the org.
/// </remarks>
static class WakeUpMessage
{
    /// <summary>PostgreSQL accepts 8,000 bytes less one; 500 orgs need about 5,400.</summary>
    internal const int MaxOrgs = 500;

    /// <summary>The number of bytes that identify a process.</summary>
    internal const int SenderLength = 8;

    const int HeadLength = 1 + SenderLength + 8,
        TagLength = 8,
        OrgLength = 16;

    static ReadOnlySpan<byte> Domain => "callintel.feed.v1|"u8;

    /// <summary>Creates a payload.</summary>
    /// <param name="key">The signing key of the process.</param>
    /// <param name="sender">Identifies the process.</param>
    /// <param name="number">The number of the notification. No process may use one twice.</param>
    /// <param name="orgs">The orgs, at most <see cref="MaxOrgs"/>.</param>
    internal static string Create(
        SigningKey key,
        ReadOnlySpan<byte> sender,
        long number,
        IReadOnlyCollection<OrgId> orgs
    )
    {
        byte[] message = new byte[HeadLength + (orgs.Count * TagLength)];
        message[0] = key.Id;
        sender.CopyTo(message.AsSpan(1));
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(1 + SenderLength), number);
        int at = HeadLength;
        foreach (OrgId org in orgs)
        {
            WriteTag(key, message.AsSpan(0, HeadLength), org, message.AsSpan(at, TagLength));
            at += TagLength;
        }
        return Base64Url.EncodeToString(message);
    }

    /// <summary>Returns the orgs that a payload is about, of those that this process has readers of.</summary>
    /// <param name="payload">The payload, which can come from anybody.</param>
    /// <param name="keys">The keys that the process accepts.</param>
    /// <param name="self">Identifies this process, whose own notifications are ignored.</param>
    /// <param name="orgs">The orgs that the process has readers of.</param>
    internal static IReadOnlyList<OrgId> Read(
        string payload,
        IReadOnlyList<SigningKey> keys,
        ReadOnlySpan<byte> self,
        IReadOnlyCollection<OrgId> orgs
    )
    {
        byte[] message = new byte[Base64Url.GetMaxDecodedLength(payload.Length)];
        if (
            payload.Length > 8000
            || !Base64Url.IsValid(payload.AsSpan())
            || !Base64Url.TryDecodeFromChars(payload, message, out int length)
            || length <= HeadLength
            || (length - HeadLength) % TagLength != 0
        )
            return [];
        ReadOnlySpan<byte> head = message.AsSpan(0, HeadLength),
            tags = message.AsSpan(HeadLength, length - HeadLength);
        byte id = head[0];
        if (head.Slice(1, SenderLength).SequenceEqual(self) || keys.FirstOrDefault(k => k.Id == id) is not { } key)
            return [];
        List<OrgId> found = [];
        Span<byte> tag = stackalloc byte[TagLength];
        foreach (OrgId org in orgs)
        {
            WriteTag(key, head, org, tag);
            for (int at = 0; at < tags.Length; at += TagLength)
                if (CryptographicOperations.FixedTimeEquals(tag, tags.Slice(at, TagLength)))
                {
                    found.Add(org);
                    break;
                }
        }
        return found;
    }

    static void WriteTag(SigningKey key, ReadOnlySpan<byte> head, OrgId org, Span<byte> tag)
    {
        Span<byte> input = stackalloc byte[Domain.Length + HeadLength + OrgLength];
        Domain.CopyTo(input);
        head.CopyTo(input[Domain.Length..]);
        org.Value.TryWriteBytes(input[(Domain.Length + HeadLength)..], bigEndian: true, out _);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Bytes, input, whole);
        whole[..TagLength].CopyTo(tag);
    }
}

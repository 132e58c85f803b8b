using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Tenancy;

/// <summary>The id of a member: a user of an org.</summary>
/// <param name="Value">The host application's own id of the user, as a uuid.</param>
public readonly record struct MemberId([property: PseudonymousData] Guid Value)
{
    /// <summary>
    /// Makes the id of a user whom the host or a source knows by a name only: the same name in the same scope is the
    /// same member.
    /// </summary>
    /// <param name="scope">What the name belongs to, for example the source's name; keep it for good.</param>
    /// <param name="name">The name: an extension, a line, a login.</param>
    /// <returns>
    /// A uuid of version 8 (RFC 9562) from SHA-256. Whoever knows scope and name can make it too: it is no secret.
    /// </returns>
    public static MemberId FromName(string scope, string name)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(name);
        byte[] message = new byte[
            4 + Encoding.UTF8.GetMaxByteCount(scope.Length) + Encoding.UTF8.GetMaxByteCount(name.Length)
        ];
        int length = Encoding.UTF8.GetBytes(scope, message.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(message, length); // so that no two pairs run together
        length += 4;
        length += Encoding.UTF8.GetBytes(name, message.AsSpan(length));

        Span<byte> id = SHA256.HashData(message.AsSpan(0, length)).AsSpan(0, 16);
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new MemberId(new Guid(id, bigEndian: true));
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

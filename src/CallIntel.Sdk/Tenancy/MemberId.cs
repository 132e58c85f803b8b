using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Tenancy;

/// <summary>The id of a member: a user in an org.</summary>
/// <param name="Value">The id of the user in the application, as a uuid.</param>
public readonly record struct MemberId([property: PseudonymousData] Guid Value)
{
    /// <summary>
    /// Derives the id of a member whom the application or a source identifies only by name. The same scope and name
    /// always result in the same id.
    /// </summary>
    /// <param name="scope">The namespace of the name, for example the name of the source. Never change it.</param>
    /// <param name="name">The name, for example an extension, a line or a login.</param>
    /// <returns>
    /// A uuid of version 8 (RFC 9562) derived with SHA-256. It is not a secret: anyone who knows the scope and the name
    /// can derive it.
    /// </returns>
    public static MemberId FromName(string scope, string name)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(name);
        byte[] message = new byte[
            4 + Encoding.UTF8.GetMaxByteCount(scope.Length) + Encoding.UTF8.GetMaxByteCount(name.Length)
        ];
        int length = Encoding.UTF8.GetBytes(scope, message.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(message, length); // keeps ("ab", "c") and ("a", "bc") apart
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

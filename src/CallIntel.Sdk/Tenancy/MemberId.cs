using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Tenancy;

/// <summary>The id of a member: a user in an org.</summary>
/// <param name="Value">The id of the user in the application, as a uuid.</param>
[JsonConverter(typeof(IdConverter))]
public readonly record struct MemberId([property: PseudonymousData] Guid Value) : IParsable<MemberId>
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

    /// <summary>Parses the text of a uuid.</summary>
    /// <param name="s">The text, for example <c>0b7c0f0a-9d5e-4c56-8a39-0f6f2f1c7a10</c>.</param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">The text is not a uuid.</exception>
    public static MemberId Parse(string s, IFormatProvider? provider = null) => new(Guid.Parse(s, provider));

    /// <summary>Parses the text of a uuid.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The id.</param>
    /// <returns><see langword="false"/> if the text is not a uuid.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MemberId result)
    {
        bool parsed = Guid.TryParse(s, provider, out Guid value);
        result = new(value);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();

    internal sealed class IdConverter() : IdJsonConverter<MemberId>(value => new(value), id => id.Value);
}

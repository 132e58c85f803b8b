using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Wraps and unwraps the keys of conversations under the data keys of their parties.</summary>
/// <remarks>
/// A new key is passed to the store as one part for each party: a byte that is 1 for the author, the id of the party's
/// key, and the wrapped key. The store returns a key as one wrapped key, and the key of the party that unwraps it: id,
/// subject and wrapped key. <see cref="DataKeyRecord.Epoch"/> is then the epoch of the party's key. The wrapping
/// authenticates "ci/dek", the version byte, org, party, id of the party's key, id and subject of the key, and purpose.
/// </remarks>
static class ConversationWrapping
{
    internal const byte WrapVersion = 0xD4;

    /// <summary>The length of the part for one party.</summary>
    internal const int PartLength = 1 + KeyId.Length + KeyWrap.Length;

    /// <summary>The length of what the store returns.</summary>
    internal const int RecordLength = KeyWrap.Length + KeyId.Length + 16 + KeyWrap.Length;

    const int AssociatedDataLength = 6 + 1 + 16 + 16 + KeyId.Length + KeyId.Length + 16;

    internal static bool IsConversation(KeySubject subject) => subject.Purpose == KeyPurpose.Conversation;

    /// <summary>Wraps a new key for each party.</summary>
    /// <exception cref="ObjectDisposedException">A key is disposed.</exception>
    internal static byte[] Wrap(DataKey key, IReadOnlyList<DataKey> parties, Guid? author)
    {
        byte[] parts = new byte[PartLength * parties.Count];
        ObjectDisposedException.ThrowIf(!key.Cipher.TryAcquire(), key);
        try
        {
            for (int i = 0; i < parties.Count; i++)
            {
                Span<byte> part = parts.AsSpan(PartLength * i, PartLength);
                part[0] = parties[i].Subject.Id == author ? (byte)1 : (byte)0;
                parties[i].Id.CopyTo(part[1..]);
                using KeyedCipher wrappingKey = DeriveWrappingKey(parties[i]);
                KeyWrap
                    .Wrap(wrappingKey, WrapVersion, key.Cipher.Bytes, AssociatedData(parties[i], key.Id, key.Subject))
                    .CopyTo(part[(1 + KeyId.Length)..]);
            }
        }
        finally
        {
            key.Cipher.Release();
        }

        return parts;
    }

    /// <summary>Splits a record of the store into the wrapped key and the key of the party that unwraps it.</summary>
    /// <returns>False if the record is not one of a key of a conversation.</returns>
    internal static bool TryParse(DataKeyRecord record, out ReadOnlyMemory<byte> wrapped, out DataKeyRecord? party)
    {
        (wrapped, party) = (default, null);
        if (record.Wrapped.Length != RecordLength || record.Wrapped.Span[0] != WrapVersion)
            return false;

        ReadOnlySpan<byte> bytes = record.Wrapped.Span[KeyWrap.Length..];
        wrapped = record.Wrapped[..KeyWrap.Length];
        party = new DataKeyRecord(
            new KeyId(bytes[..KeyId.Length]),
            new KeySubject(KeyPurpose.Person, new Guid(bytes.Slice(KeyId.Length, 16), bigEndian: true)),
            record.Epoch,
            KeyState.DecryptOnly,
            record.Wrapped[(KeyWrap.Length + KeyId.Length + 16)..]
        );
        return true;
    }

    /// <summary>Unwraps key material with the key of a party.</summary>
    internal static bool TryUnwrap(DataKey party, DataKeyRecord record, ReadOnlySpan<byte> wrapped, Span<byte> material)
    {
        using KeyedCipher wrappingKey = DeriveWrappingKey(party);
        return KeyWrap.TryUnwrap(wrappingKey, wrapped, AssociatedData(party, record.Id, record.Subject), material);
    }

    /// <summary>
    /// Derives a key that only wraps. So the data key itself encrypts nothing but field values, and its limit counts
    /// these alone.
    /// </summary>
    static KeyedCipher DeriveWrappingKey(DataKey party)
    {
        Span<byte> derived = stackalloc byte[SecretKey.Length];
        ObjectDisposedException.ThrowIf(!party.Cipher.TryAcquire(), party);
        try
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, party.Cipher.Bytes, derived, default, "ci/conv/wrap/v1"u8);
            return new KeyedCipher(derived);
        }
        finally
        {
            party.Cipher.Release();
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    static byte[] AssociatedData(DataKey party, KeyId keyId, KeySubject subject)
    {
        byte[] data = new byte[AssociatedDataLength + KeyPurpose.MaxLength];
        "ci/dek"u8.CopyTo(data);
        data[6] = WrapVersion;
        party.OrgId.TryWriteBytes(data.AsSpan(7), bigEndian: true, out _);
        party.Subject.Id.TryWriteBytes(data.AsSpan(23), bigEndian: true, out _);
        party.Id.CopyTo(data.AsSpan(39));
        keyId.CopyTo(data.AsSpan(39 + KeyId.Length));
        subject.Id.TryWriteBytes(data.AsSpan(39 + (2 * KeyId.Length)), bigEndian: true, out _);
        int length = AssociatedDataLength + subject.Purpose.WriteUtf8(data.AsSpan(AssociatedDataLength));
        return data[..length];
    }
}

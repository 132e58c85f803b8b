using System.Buffers.Binary;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Wraps and unwraps data keys under the key-encryption key of an org.</summary>
/// <remarks>
/// Version 0xD2 authenticates "ci/dek", the version byte, org, epoch, key id, subject id and purpose. Version 0xD1,
/// which lacks the version byte and the subject id, is still read. Rewrapping replaces it by 0xD2.
/// </remarks>
static class DataKeyWrapping
{
    const byte WrapVersion = 0xD2;
    const byte UnboundWrapVersion = 0xD1;
    const int MaxAssociatedData = 6 + 1 + 16 + 4 + KeyId.Length + 16 + KeyPurpose.MaxLength;

    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyOrgMismatch"/>: the keys belong to different orgs.
    /// </exception>
    /// <exception cref="ObjectDisposedException">A key is disposed.</exception>
    internal static byte[] Wrap(this OrgKek kek, DataKey key)
    {
        if (key.OrgId != kek.OrgId)
        {
            throw new CallIntelException(
                CryptoErrorCodes.KeyOrgMismatch,
                "A data key of one org cannot be wrapped under the key of another org.",
                "Use two keys of the same org."
            );
        }

        ObjectDisposedException.ThrowIf(!key.Cipher.TryAcquire(), key);
        try
        {
            return kek.Wrap(key.Cipher.Bytes, key.Id, key.Subject);
        }
        finally
        {
            key.Cipher.Release();
        }
    }

    /// <summary>Wraps key material. It does not check the id, so tests can wrap a key under a wrong id.</summary>
    internal static byte[] Wrap(
        this OrgKek kek,
        ReadOnlySpan<byte> material,
        KeyId keyId,
        KeySubject subject,
        byte version = WrapVersion
    )
    {
        Span<byte> associatedData = stackalloc byte[MaxAssociatedData];
        int length = WriteAssociatedData(associatedData, kek, version, keyId, subject);
        return KeyWrap.Wrap(kek.Cipher, version, material, associatedData[..length]);
    }

    /// <summary>Unwraps a data key and checks that it matches its id.</summary>
    /// <returns>The key, without uses. The caller disposes it.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.DataKeyUnwrapFailed"/>: the wrapped key was changed, or belongs to another org,
    /// epoch, id, subject or purpose. <see cref="CryptoErrorCodes.DataKeyCommitmentMismatch"/>: it unwraps to a key
    /// that does not match its id.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The key-encryption key is disposed.</exception>
    internal static DataKey Unwrap(this OrgKek kek, DataKeyRecord record)
    {
        ReadOnlySpan<byte> wrapped = record.Wrapped.Span;
        if (ConversationWrapping.IsConversation(record.Subject))
            return UnwrapConversation(kek, record);

        byte version = wrapped.IsEmpty ? (byte)0 : wrapped[0];
        if (version is not (WrapVersion or UnboundWrapVersion) || record.Epoch != kek.Epoch)
            throw UnwrapFailed();

        Span<byte> associatedData = stackalloc byte[MaxAssociatedData];
        int length = WriteAssociatedData(associatedData, kek, version, record.Id, record.Subject);
        Span<byte> material = stackalloc byte[SecretKey.Length];
        try
        {
            return KeyWrap.TryUnwrap(kek.Cipher, wrapped, associatedData[..length], material)
                ? Load(kek.OrgId, record, material)
                : throw UnwrapFailed();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>
    /// Whether the wrapping authenticates the subject. A key whose wrapping does not may decrypt, but not encrypt.
    /// </summary>
    internal static bool BindsSubject(DataKeyRecord record) =>
        record.Wrapped.Length != KeyWrap.Length || record.Wrapped.Span[0] != UnboundWrapVersion;

    /// <summary>Unwraps the key of a party, and with it the key of the conversation.</summary>
    static DataKey UnwrapConversation(OrgKek kek, DataKeyRecord record)
    {
        if (!ConversationWrapping.TryParse(record, out ReadOnlyMemory<byte> wrapped, out DataKeyRecord? partyRecord))
            throw UnwrapFailed();

        using DataKey party = kek.Unwrap(partyRecord!);
        Span<byte> material = stackalloc byte[SecretKey.Length];
        try
        {
            return ConversationWrapping.TryUnwrap(party, record, wrapped.Span, material)
                ? Load(kek.OrgId, record, material)
                : throw UnwrapFailed();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    static DataKey Load(Guid orgId, DataKeyRecord record, ReadOnlySpan<byte> material)
    {
        var key = new DataKey(orgId, record.Subject, material);
        Span<byte> expected = stackalloc byte[KeyId.Length];
        record.Id.CopyTo(expected);
        if (key.Id.FixedTimeEquals(expected))
            return key;

        key.Dispose();
        throw new CallIntelException(
            CryptoErrorCodes.DataKeyCommitmentMismatch,
            "A data key does not match the key id that it is stored under.",
            "Assume that the key store was tampered with: compare it with a backup and with the audit trail."
        );
    }

    static int WriteAssociatedData(Span<byte> destination, OrgKek kek, byte version, KeyId keyId, KeySubject subject)
    {
        bool bindsSubject = version == WrapVersion;
        "ci/dek"u8.CopyTo(destination);
        int length = 6;
        if (bindsSubject)
            destination[length++] = version;

        kek.OrgId.TryWriteBytes(destination[length..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(destination[(length + 16)..], kek.Epoch);
        keyId.CopyTo(destination[(length + 20)..]);
        length += 20 + KeyId.Length;
        if (bindsSubject)
        {
            subject.Id.TryWriteBytes(destination[length..], bigEndian: true, out _);
            length += 16;
        }

        return length + subject.Purpose.WriteUtf8(destination[length..]);
    }

    internal static CallIntelException UnwrapFailed() =>
        new(
            CryptoErrorCodes.DataKeyUnwrapFailed,
            "A wrapped data key failed authentication under its org key.",
            "Check that the key store and the root key belong together; restoring only one of them is the usual cause. "
                + "If they do, the row is damaged: restore it from a backup."
        );
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>An org's key-encryption key of one epoch (KEK): wraps and unwraps data keys.</summary>
/// <remarks>
/// Thread-safe. A wrapped key is version 0xD2, nonce 12, ciphertext 32, tag 16; the associated data is "ci/dek", the
/// version byte, org,
/// epoch, key id, subject id and purpose. What is unwrapped is checked against its key id in constant time. Version
/// 0xD1, which lacks version
/// byte and subject id, is still read; rewrapping makes 0xD2 of it. Destroying an epoch makes every copy of a key that
/// was
/// wrapped only under it worthless, also those in old backups.
/// </remarks>
public sealed class OrgKek : IDisposable
{
    /// <summary>The length of a wrapped data key in bytes: 61.</summary>
    public const int WrappedLength = 1 + EnvelopeFormat.NonceLength + SecretKey.Length + EnvelopeFormat.TagLength;

    private const byte WrapVersion = 0xD2;
    private const byte UnboundWrapVersion = 0xD1;
    private const int CiphertextOffset = 1 + EnvelopeFormat.NonceLength;

    private readonly KeyedCipher _cipher;
    private int _disposed;

    internal OrgKek(Guid orgId, int epoch, KeyedCipher cipher)
    {
        OrgId = orgId;
        Epoch = epoch;
        _cipher = cipher;
    }

    /// <summary>The org.</summary>
    public Guid OrgId { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>Wraps a data key.</summary>
    /// <param name="key">A key of the same org.</param>
    /// <returns>The wrapped key.</returns>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.KeyOrgMismatch"/>: the key is of another org.</exception>
    /// <exception cref="ObjectDisposedException">This or the data key is disposed.</exception>
    public byte[] Wrap(DataKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.OrgId != OrgId)
        {
            throw new CallIntelException(
                CryptoErrorCodes.KeyOrgMismatch,
                "A data key of one org was to be wrapped under the key of another.",
                "Take both keys from the same org."
            );
        }

        ObjectDisposedException.ThrowIf(!key.Cipher.TryAcquire(), key);
        try
        {
            return Wrap(key.Cipher.Bytes, key.Id, key.Subject);
        }
        finally
        {
            key.Cipher.Release();
        }
    }

    /// <summary>Unwraps a data key and checks that it is the one its id says.</summary>
    /// <param name="record">The stored key.</param>
    /// <returns>The key, owned by the caller, with no uses reserved.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.DataKeyUnwrapFailed"/>: the wrapped key was changed, or is of another org, epoch,
    /// id, subject or purpose.
    /// <see cref="CryptoErrorCodes.DataKeyCommitmentMismatch"/>: it unwrapped, but to another key than the id says.
    /// </exception>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    public DataKey Unwrap(DataKeyRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        ReadOnlySpan<byte> wrapped = record.Wrapped.Span;
        if (
            wrapped.Length != WrappedLength
            || wrapped[0] is not (WrapVersion or UnboundWrapVersion)
            || record.Epoch != Epoch
        )
            throw UnwrapFailed(null);

        ObjectDisposedException.ThrowIf(!_cipher.TryRent(out AesGcm? cipher), this);
        Span<byte> material = stackalloc byte[SecretKey.Length];
        try
        {
            Span<byte> associatedData = stackalloc byte[MaxAssociatedData];
            int length = WriteAssociatedData(associatedData, wrapped[0], record.Id, record.Subject);
            cipher.Decrypt(
                wrapped[1..CiphertextOffset],
                wrapped[CiphertextOffset..^EnvelopeFormat.TagLength],
                wrapped[^EnvelopeFormat.TagLength..],
                material,
                associatedData[..length]
            );
            return Load(record, material);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw UnwrapFailed(e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
            _cipher.Return(cipher);
        }
    }

    /// <summary>Gives this handle's hold on the key back; the key is zeroed with the last one.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _cipher.Release();
    }

    /// <summary>The org and epoch. Never the key.</summary>
    /// <returns>For logs.</returns>
    public override string ToString() => $"OrgKek {OrgId} epoch {Epoch}";

    /// <summary>Wraps raw key material. The id is trusted here, which is what the test of the commitment check needs.</summary>
    internal byte[] Wrap(ReadOnlySpan<byte> material, KeyId keyId, KeySubject subject, byte version = WrapVersion)
    {
        ObjectDisposedException.ThrowIf(!_cipher.TryRent(out AesGcm? cipher), this);
        try
        {
            byte[] wrapped = new byte[WrappedLength];
            wrapped[0] = version;
            NonceSource.Next(wrapped.AsSpan(1));
            Span<byte> associatedData = stackalloc byte[MaxAssociatedData];
            int length = WriteAssociatedData(associatedData, version, keyId, subject);
            cipher.Encrypt(
                wrapped.AsSpan(1, EnvelopeFormat.NonceLength),
                material,
                wrapped.AsSpan(CiphertextOffset, SecretKey.Length),
                wrapped.AsSpan(CiphertextOffset + SecretKey.Length),
                associatedData[..length]
            );
            return wrapped;
        }
        finally
        {
            _cipher.Return(cipher);
        }
    }

    private DataKey Load(DataKeyRecord record, ReadOnlySpan<byte> material)
    {
        var key = new DataKey(OrgId, record.Subject, material);
        Span<byte> expected = stackalloc byte[KeyId.Length];
        record.Id.CopyTo(expected);
        if (key.Id.FixedTimeEquals(expected))
            return key;

        key.Dispose();
        throw new CallIntelException(
            CryptoErrorCodes.DataKeyCommitmentMismatch,
            "A data key does not match the key id it is stored under.",
            "Treat the key store as tampered with: compare it with a backup and with the audit trail."
        );
    }

    /// <summary>
    /// Whether the wrapping says whose key it is. One that does not may decrypt what it encrypted, but encrypts nothing
    /// new.
    /// </summary>
    internal static bool BindsSubject(DataKeyRecord record) =>
        record.Wrapped.Length != WrappedLength || record.Wrapped.Span[0] != UnboundWrapVersion;

    private const int MaxAssociatedData = 6 + 1 + 16 + 4 + KeyId.Length + 16 + KeyPurpose.MaxLength;

    private int WriteAssociatedData(Span<byte> destination, byte version, KeyId keyId, KeySubject subject)
    {
        bool bound = version == WrapVersion;
        "ci/dek"u8.CopyTo(destination);
        int length = 6;
        if (bound)
            destination[length++] = version;

        OrgId.TryWriteBytes(destination[length..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(destination[(length + 16)..], Epoch);
        keyId.CopyTo(destination[(length + 20)..]);
        length += 20 + KeyId.Length;
        if (bound)
        {
            subject.Id.TryWriteBytes(destination[length..], bigEndian: true, out _);
            length += 16;
        }

        return length + subject.Purpose.WriteUtf8(destination[length..]);
    }

    private static CallIntelException UnwrapFailed(Exception? inner) =>
        new(
            CryptoErrorCodes.DataKeyUnwrapFailed,
            "A wrapped data key did not authenticate under its org key.",
            "Check that key store and root key belong together (a restore of only one of them is the usual cause), then treat the row as damaged.",
            inner
        );
}

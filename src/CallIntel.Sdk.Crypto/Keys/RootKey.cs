using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A root key that this process holds itself: what the file and the environment provider have in common.</summary>
internal sealed class RootKey : IDisposable
{
    private const byte WrapVersion = 0xD3;

    /// <summary>The version before: the same without the version byte in the associated data. Still read.</summary>
    private const byte OldWrapVersion = 0xD0;

    private const int AssociatedDataLength = RootKeyContext.AssociatedDataLength + 1;
    private const int CiphertextOffset = 1 + EnvelopeFormat.NonceLength;
    internal const int WrappedLength = CiphertextOffset + SecretKey.Length + EnvelopeFormat.TagLength;

    private readonly KeyedCipher _cipher;

    /// <summary>Takes a copy of the material. The id ends in 16 hex digits that only this key gives.</summary>
    internal RootKey(string prefix, ReadOnlySpan<byte> material)
    {
        _cipher = new KeyedCipher(material);
        Span<byte> check = stackalloc byte[HMACSHA256.HashSizeInBytes];
        // label and version, as those in docs/envelope.md: ids that databases and ring files hold depend on these bytes
        HMACSHA256.HashData(material, "ci/root"u8 + "/v1"u8, check);
        Id = $"{prefix}/{Convert.ToHexStringLower(check[..8])}";
    }

    internal string Id { get; }

    internal RootWrappedKey Wrap(RootKeyContext context, ReadOnlySpan<byte> key)
    {
        Span<byte> associatedData = stackalloc byte[AssociatedDataLength];
        context.WriteAssociatedData(associatedData);
        associatedData[^1] = WrapVersion;
        ObjectDisposedException.ThrowIf(!_cipher.TryRent(out AesGcm? cipher), this);
        try
        {
            byte[] wrapped = new byte[WrappedLength];
            wrapped[0] = WrapVersion;
            NonceSource.Next(wrapped.AsSpan(1));
            cipher.Encrypt(
                wrapped.AsSpan(1, EnvelopeFormat.NonceLength),
                key,
                wrapped.AsSpan(CiphertextOffset, SecretKey.Length),
                wrapped.AsSpan(CiphertextOffset + SecretKey.Length),
                associatedData
            );
            return new RootWrappedKey(Id, wrapped);
        }
        finally
        {
            _cipher.Return(cipher);
        }
    }

    internal void Unwrap(RootKeyContext context, ReadOnlySpan<byte> wrapped, Span<byte> destination)
    {
        if (wrapped.Length != WrappedLength || wrapped[0] is not (WrapVersion or OldWrapVersion))
            throw Failed(null);

        Span<byte> associatedData = stackalloc byte[AssociatedDataLength];
        context.WriteAssociatedData(associatedData);
        associatedData[^1] = wrapped[0];
        if (wrapped[0] == OldWrapVersion)
            associatedData = associatedData[..^1];

        ObjectDisposedException.ThrowIf(!_cipher.TryRent(out AesGcm? cipher), this);
        try
        {
            cipher.Decrypt(
                wrapped[1..CiphertextOffset],
                wrapped[CiphertextOffset..^EnvelopeFormat.TagLength],
                wrapped[^EnvelopeFormat.TagLength..],
                destination,
                associatedData
            );
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Failed(e);
        }
        finally
        {
            _cipher.Return(cipher);
        }
    }

    public void Dispose() => _cipher.Dispose();

    private static CallIntelException Failed(Exception? inner) =>
        new(
            CryptoErrorCodes.RootUnwrapFailed,
            "A key wrapped under a root key did not authenticate.",
            "Check that the key store and the root key belong to the same deployment, then treat the row as damaged.",
            inner
        );
}

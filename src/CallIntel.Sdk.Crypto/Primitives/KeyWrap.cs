using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Primitives;

/// <summary>
/// Wraps one 32-byte key under another with AES-256-GCM: version byte, nonce, ciphertext, tag. The caller chooses the
/// version byte and builds the associated data.
/// </summary>
static class KeyWrap
{
    internal const int Length = CiphertextOffset + SecretKey.Length + AesGcmSizes.Tag;

    const int CiphertextOffset = 1 + AesGcmSizes.Nonce;

    /// <exception cref="ObjectDisposedException">The wrapping key is disposed.</exception>
    internal static byte[] Wrap(
        KeyedCipher wrappingKey,
        byte version,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> associatedData
    )
    {
        ObjectDisposedException.ThrowIf(!wrappingKey.TryRent(out AesGcm? cipher), wrappingKey);
        try
        {
            byte[] wrapped = new byte[Length];
            wrapped[0] = version;
            NonceSource.Next(wrapped.AsSpan(1));
            cipher.Encrypt(
                wrapped.AsSpan(1, AesGcmSizes.Nonce),
                key,
                wrapped.AsSpan(CiphertextOffset, SecretKey.Length),
                wrapped.AsSpan(CiphertextOffset + SecretKey.Length),
                associatedData
            );
            return wrapped;
        }
        finally
        {
            wrappingKey.Return(cipher);
        }
    }

    /// <summary>Unwraps a key. The caller has checked the version byte.</summary>
    /// <returns>False if the length is wrong or the tag does not match. The destination then holds zeros.</returns>
    /// <exception cref="ObjectDisposedException">The wrapping key is disposed.</exception>
    internal static bool TryUnwrap(
        KeyedCipher wrappingKey,
        ReadOnlySpan<byte> wrapped,
        ReadOnlySpan<byte> associatedData,
        Span<byte> destination
    )
    {
        CryptographicOperations.ZeroMemory(destination);
        if (wrapped.Length != Length)
            return false;

        ObjectDisposedException.ThrowIf(!wrappingKey.TryRent(out AesGcm? cipher), wrappingKey);
        try
        {
            cipher.Decrypt(
                wrapped[1..CiphertextOffset],
                wrapped[CiphertextOffset..^AesGcmSizes.Tag],
                wrapped[^AesGcmSizes.Tag..],
                destination,
                associatedData
            );
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            wrappingKey.Return(cipher);
        }
    }
}

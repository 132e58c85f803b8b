using System.Buffers.Binary;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Turns the entries of a key-ring file into root keys and back.</summary>
internal static class KeyRingReader
{
    private const int CiphertextOffset = EnvelopeFormat.NonceLength;
    private const int ProtectedLength = CiphertextOffset + SecretKey.Length + EnvelopeFormat.TagLength;

    internal static SecretKey? DeriveKey(KeyRingDocument document, KeyRingProtection protection)
    {
        if (document.Protection != protection.Kind)
        {
            throw new CallIntelException(
                CryptoErrorCodes.KeyRingProtectionMismatch,
                $"The key ring says it is protected by '{document.Protection}', the caller said '{protection.Kind}'.",
                "Open it with the KeyRingProtection it was created with."
            );
        }

        return protection.DeriveKey(document.Salt, document.Iterations);
    }

    internal static RootKeySet Load(KeyRingDocument document, KeyRingProtection protection)
    {
        using SecretKey? wrapping = DeriveKey(document, protection);
        return Load(document, wrapping);
    }

    /// <summary>Opens all keys and verifies the MAC over everything the file says of them.</summary>
    internal static RootKeySet Load(KeyRingDocument document, SecretKey? wrapping)
    {
        List<RootKey> keys = [];
        try
        {
            RootKey? active = null;
            foreach (KeyRingEntry entry in document.Keys.Where(k => k.State != KeyRingDocument.DestroyedState))
            {
                RootKey key = Open(entry, wrapping);
                keys.Add(key);
                if (entry.State == KeyRingDocument.ActiveState)
                    active = key;
            }

            if (!IsSealed(document, wrapping))
                throw Altered();

            HashSet<string> destroyed =
            [
                .. document.Keys.Where(k => k.State == KeyRingDocument.DestroyedState).Select(k => k.Id),
            ];
            return new RootKeySet(active!, keys, destroyed);
        }
        catch
        {
            keys.ForEach(k => k.Dispose());
            throw;
        }
    }

    /// <summary>Adds the MAC.</summary>
    internal static KeyRingDocument Seal(KeyRingDocument document, SecretKey? wrapping) =>
        document with
        {
            FormatVersion = KeyRingDocument.CurrentFormatVersion,
            Mac = ComputeMac(document, wrapping),
        };

    /// <summary>
    /// Files of format 1 have no MAC. They are read only where nothing but the file's mode protects the keys: whoever
    /// may write such a file has all
    /// of its keys, so that a MAC would keep nobody out.
    /// </summary>
    private static bool IsSealed(KeyRingDocument document, SecretKey? wrapping) =>
        document.FormatVersion == KeyRingDocument.CurrentFormatVersion
            ? CryptographicOperations.FixedTimeEquals(document.Mac, ComputeMac(document, wrapping))
            : wrapping is null;

    /// <summary>
    /// Under a key of what protects the ring; without protection, of the active key, which finds accidents.
    /// </summary>
    private static byte[] ComputeMac(KeyRingDocument document, SecretKey? wrapping)
    {
        Span<byte> key = stackalloc byte[SecretKey.Length];
        try
        {
            HKDF.DeriveKey(
                HashAlgorithmName.SHA256,
                wrapping is null ? document.Active.Key : wrapping.Bytes,
                key,
                default,
                "ci/ring/mac/v2"u8
            );
            return HMACSHA256.HashData(key, document.Authenticated());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    internal static byte[] Protect(ReadOnlySpan<byte> material, int version, SecretKey? wrapping)
    {
        if (wrapping is null)
            return material.ToArray();

        byte[] result = new byte[ProtectedLength];
        NonceSource.Next(result);
        using var cipher = new AesGcm(wrapping.Bytes, EnvelopeFormat.TagLength);
        cipher.Encrypt(
            result.AsSpan(0, CiphertextOffset),
            material,
            result.AsSpan(CiphertextOffset, SecretKey.Length),
            result.AsSpan(CiphertextOffset + SecretKey.Length),
            AssociatedData(version)
        );
        return result;
    }

    private static RootKey Open(KeyRingEntry entry, SecretKey? wrapping)
    {
        Span<byte> material = stackalloc byte[SecretKey.Length];
        try
        {
            if (entry.Key.Length != (wrapping is null ? SecretKey.Length : ProtectedLength))
                throw Wrong(null);

            if (wrapping is null)
                entry.Key.CopyTo(material);
            else
                Unprotect(entry, wrapping, material);

            var key = new RootKey($"ring-{entry.Version}", material);
            if (key.Id == entry.Id)
                return key;

            key.Dispose();
            throw Wrong(null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    private static void Unprotect(KeyRingEntry entry, SecretKey wrapping, Span<byte> material)
    {
        using var cipher = new AesGcm(wrapping.Bytes, EnvelopeFormat.TagLength);
        try
        {
            cipher.Decrypt(
                entry.Key.AsSpan(0, CiphertextOffset),
                entry.Key.AsSpan(CiphertextOffset, SecretKey.Length),
                entry.Key.AsSpan(CiphertextOffset + SecretKey.Length),
                material,
                AssociatedData(entry.Version)
            );
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Wrong(e);
        }
    }

    private static byte[] AssociatedData(int version)
    {
        byte[] data = [.. "ci/ring/v1"u8, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(data.Length - 4), version);
        return data;
    }

    private static CallIntelException Altered() =>
        new(
            CryptoErrorCodes.KeyRingAltered,
            "The key ring's keys open, but what it says of their states was changed by somebody who does not have its secret.",
            "Restore the file from its backup, and find out who can write it."
        );

    private static CallIntelException Wrong(Exception? inner) =>
        new(
            CryptoErrorCodes.KeyRingSecretWrong,
            "The passphrase or environment key does not open the key ring, or a key in it is damaged.",
            "Check the secret first; if it is right, restore the file from its backup.",
            inner
        );
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Decrypts and encrypts the root keys of a key-ring file and computes its MAC.</summary>
static class KeyRingReader
{
    const int CiphertextOffset = AesGcmSizes.Nonce;
    const int ProtectedLength = CiphertextOffset + SecretKey.Length + AesGcmSizes.Tag;

    internal static SecretKey? DeriveKey(KeyRingDocument document, KeyRingProtection protection)
    {
        if (document.Protection != protection.Kind)
        {
            throw new CallIntelException(
                CryptoErrorCodes.KeyRingProtectionMismatch,
                $"The key ring is protected by '{document.Protection}', but was opened with '{protection.Kind}'.",
                "Open it with the KeyRingProtection that it was created with."
            );
        }

        return protection.DeriveKey(document.Salt, document.Iterations);
    }

    internal static RootKeySet Load(KeyRingDocument document, KeyRingProtection protection)
    {
        using SecretKey? wrapping = DeriveKey(document, protection);
        return Load(document, wrapping);
    }

    /// <summary>Decrypts all keys and verifies the MAC of the file.</summary>
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

            if (!HasValidMac(document, wrapping))
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
    internal static KeyRingDocument Sign(KeyRingDocument document, SecretKey? wrapping) =>
        document with
        {
            FormatVersion = KeyRingDocument.CurrentFormatVersion,
            Mac = ComputeMac(document, wrapping),
        };

    /// <summary>
    /// Files of format 1 have no MAC. They are accepted only without encryption: anyone who can write such a file can
    /// also read its keys, so a MAC would not stop them.
    /// </summary>
    static bool HasValidMac(KeyRingDocument document, SecretKey? wrapping) =>
        document.FormatVersion == KeyRingDocument.CurrentFormatVersion
            ? CryptographicOperations.FixedTimeEquals(document.Mac, ComputeMac(document, wrapping))
            : wrapping is null;

    /// <summary>
    /// The key of the MAC is derived from the key that encrypts the file. Without encryption it is derived from the
    /// active root key, which detects accidental changes only.
    /// </summary>
    static byte[] ComputeMac(KeyRingDocument document, SecretKey? wrapping)
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
        using var cipher = new AesGcm(wrapping.Bytes, AesGcmSizes.Tag);
        cipher.Encrypt(
            result.AsSpan(0, CiphertextOffset),
            material,
            result.AsSpan(CiphertextOffset, SecretKey.Length),
            result.AsSpan(CiphertextOffset + SecretKey.Length),
            AssociatedData(version)
        );
        return result;
    }

    static RootKey Open(KeyRingEntry entry, SecretKey? wrapping)
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

    static void Unprotect(KeyRingEntry entry, SecretKey wrapping, Span<byte> material)
    {
        using var cipher = new AesGcm(wrapping.Bytes, AesGcmSizes.Tag);
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

    static byte[] AssociatedData(int version)
    {
        byte[] data = [.. "ci/ring/v1"u8, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(data.Length - 4), version);
        return data;
    }

    static CallIntelException Altered() =>
        new(
            CryptoErrorCodes.KeyRingAltered,
            "The keys of the key ring can be decrypted, but its MAC is wrong: the file was changed without its secret.",
            "Restore the file from its backup, and find out who can write to it."
        );

    static CallIntelException Wrong(Exception? inner) =>
        new(
            CryptoErrorCodes.KeyRingSecretWrong,
            "The key ring cannot be decrypted with the given passphrase or environment key, or a key in it is damaged.",
            "Check the secret first. If it is correct, restore the file from its backup.",
            inner
        );
}

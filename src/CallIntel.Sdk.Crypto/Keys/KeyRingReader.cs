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
                "Open it with the KeyRingProtection it was created with.");
        }

        return protection.DeriveKey(document.Salt, document.Iterations);
    }

    internal static RootKeySet Load(KeyRingDocument document, KeyRingProtection protection)
    {
        using SecretKey? wrapping = DeriveKey(document, protection);
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

            HashSet<string> destroyed = [.. document.Keys.Where(k => k.State == KeyRingDocument.DestroyedState).Select(k => k.Id)];
            return new RootKeySet(active!, keys, destroyed);
        }
        catch
        {
            keys.ForEach(k => k.Dispose());
            throw;
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
            AssociatedData(version));
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
                AssociatedData(entry.Version));
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

    private static CallIntelException Wrong(Exception? inner) => new(
        CryptoErrorCodes.KeyRingSecretWrong,
        "The passphrase or environment key does not open the key ring, or a key in it is damaged.",
        "Check the secret first; if it is right, restore the file from its backup.",
        inner);
}

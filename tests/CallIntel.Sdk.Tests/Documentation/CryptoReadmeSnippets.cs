using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Vault;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>The code of the README of CallIntel.Sdk.Crypto. <see cref="ReadmeTests"/> compares the two.</summary>
static class CryptoReadmeSnippets
{
    internal static async Task UseAsync(string passphrase, Guid orgId, Guid personId, Guid rowId)
    {
        using KeyRingFileProvider root = KeyRingFileProvider.Create(
            "keys/ring.json",
            KeyRingProtection.Passphrase(passphrase)
        );
        using FieldVault vault = FieldVault.Create(root, new InMemoryKeyStore());
        FieldHandle notes = new(orgId, "contacts", "notes");

        byte[] envelope = await vault.EncryptAsync(personId, notes, rowId, "prefers to be called in the evening");
        DecryptedText text = await vault.DecryptAsync(notes, rowId, envelope); // status Ok, and the text

        await vault.CryptoShredAsync(orgId, personId);
        DecryptedText gone = await vault.DecryptAsync(notes, rowId, envelope); // status CryptoShredded
    }
}

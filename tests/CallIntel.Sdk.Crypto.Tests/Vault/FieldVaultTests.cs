using System.Text.RegularExpressions;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Vault;

namespace CallIntel.Sdk.Crypto.Tests.Vault;

public sealed partial class FieldVaultTests
{
    static readonly Guid Person = TestKeys.Person.Id;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_readme_snippet_compiles_and_works()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("callintel-readme-");
        try
        {
            Guid orgId = TestKeys.Org,
                personId = Person,
                rowId = TestKeys.Row;
            string passphrase = "correct horse",
                path = Path.Combine(folder.FullName, "ring.json");

            // <readme>
            using KeyRingFileProvider root = KeyRingFileProvider.Create(path, KeyRingProtection.Passphrase(passphrase));
            using FieldVault vault = FieldVault.Create(root, new InMemoryKeyStore());
            FieldHandle notes = new(orgId, "contacts", "notes");

            byte[] envelope = await vault.EncryptAsync(
                personId,
                notes,
                rowId,
                "prefers to be called in the evening",
                Cancellation
            );
            DecryptedText text = await vault.DecryptAsync(notes, rowId, envelope, Cancellation);
            await vault.CryptoShredAsync(orgId, personId, Cancellation);
            DecryptedText gone = await vault.DecryptAsync(notes, rowId, envelope, Cancellation);
            // </readme>

            Assert.Equal((DecryptResult.Ok, "prefers to be called in the evening"), (text.Result, text.Text));
            Assert.Equal((DecryptResult.CryptoShredded, (string?)null), (gone.Result, gone.Text));
            string readme = File.ReadAllText(Path.Combine(Repository.Root, "src", "CallIntel.Sdk.Crypto", "README.md"));
            string source = File.ReadAllText(
                Path.Combine(Repository.Root, "tests", "CallIntel.Sdk.Crypto.Tests", "Vault", "FieldVaultTests.cs")
            );
            string compiled = Marked()
                .Match(source)
                .Groups[1]
                .Value.Replace("Create(path,", "Create(\"keys/ring.json\",", StringComparison.Ordinal);
            Assert.Equal(Statements(Snippet().Match(readme).Groups[1].Value), Statements(compiled));
            Assert.Equal(7, Statements(compiled).Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_text_decrypts_only_in_its_own_org_column_and_row()
    {
        using FieldVault vault = NewVault(new InMemoryKeyStore());
        byte[] envelope = await vault.EncryptAsync(
            Person,
            TestKeys.Name,
            TestKeys.Row,
            "Erika Mustermann",
            Cancellation
        );
        Assert.True((await vault.DecryptAsync(TestKeys.Name, TestKeys.Row, envelope, Cancellation)).IsOk);
        Assert.Equal(
            DecryptResult.AuthenticationFailed,
            (await vault.DecryptAsync(TestKeys.Body, TestKeys.Row, envelope, Cancellation)).Result
        );
        Assert.Equal(
            DecryptResult.AuthenticationFailed,
            (await vault.DecryptAsync(TestKeys.Name, Person, envelope, Cancellation)).Result
        );
        Assert.Equal(
            DecryptResult.UnknownKey,
            (
                await vault.DecryptAsync(
                    new(TestKeys.OtherOrg, "contacts", "display_name"),
                    TestKeys.Row,
                    envelope,
                    Cancellation
                )
            ).Result
        );
        Assert.Equal(
            DecryptResult.Malformed,
            (await vault.DecryptAsync(TestKeys.Name, TestKeys.Row, "plain"u8.ToArray(), Cancellation)).Result
        );
        Assert.DoesNotContain(
            "Erika",
            (await vault.DecryptAsync(TestKeys.Name, TestKeys.Row, envelope, Cancellation)).ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Texts_that_cannot_be_encrypted_are_reported_with_a_code()
    {
        var store = new InMemoryKeyStore();
        using FieldVault vault = NewVault(store);
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.IdMissing, async () =>
            await vault.EncryptAsync(Guid.Empty, TestKeys.Body, TestKeys.Row, "x", Cancellation)
        );
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.IdMissing, async () =>
            await vault.EncryptAsync(Person, TestKeys.Body, Guid.Empty, "x", Cancellation)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await vault.EncryptAsync(Person, TestKeys.Body, TestKeys.Row, "\ud83d", Cancellation)
        );
        Assert.Equal(1, await vault.CryptoShredAsync(TestKeys.Org, Person, Cancellation));
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.PersonErased, async () =>
            await vault.EncryptAsync(Person, TestKeys.Body, TestKeys.Row, "x", Cancellation)
        );
    }

    [Fact]
    public async Task Missing_arguments_are_rejected_before_a_key_is_created()
    {
        var store = new InMemoryKeyStore();
        using FieldVault vault = NewVault(store);
        var root = new EnvironmentRootKeyProvider("R", n => n == "R" ? TestKeys.RootText : null);
        Assert.Equal(
            "rotation",
            Assert.Throws<ArgumentNullException>(() => new FieldVault(root, store, null!, store)).ParamName
        );
        await NullAsync("field", async () => await vault.EncryptAsync(Person, null!, TestKeys.Row, "x", Cancellation));
        await NullAsync("text", async () =>
            await vault.EncryptAsync(Person, TestKeys.Body, TestKeys.Row, null!, Cancellation)
        );
        await NullAsync("field", async () =>
            await vault.DecryptAsync(null!, TestKeys.Row, new byte[100], Cancellation)
        );
        Assert.Empty(store.Keys);
        Assert.Empty(store.OrgKeys);
    }

    [Fact]
    public async Task A_disposed_vault_does_not_use_its_cached_keys()
    {
        FieldVault vault = NewVault(new InMemoryKeyStore());
        byte[] envelope = await vault.EncryptAsync(Person, TestKeys.Body, TestKeys.Row, "x", Cancellation);
        Assert.True((await vault.DecryptAsync(TestKeys.Body, TestKeys.Row, envelope, Cancellation)).IsOk);
        vault.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await vault.EncryptAsync(Person, TestKeys.Body, TestKeys.Row, "x", Cancellation)
        );
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await vault.DecryptAsync(TestKeys.Body, TestKeys.Row, envelope, Cancellation)
        );
    }

    [Fact]
    public async Task A_damaged_key_and_a_crypto_shredded_person_have_different_codes()
    {
        var store = new MemoryKeyStore();
        var root = new EnvironmentRootKeyProvider("R", n => n == "R" ? TestKeys.RootText : null);
        using (FieldVault before = FieldVault.Create(root, store))
            await before.EncryptAsync(Person, TestKeys.Body, TestKeys.Row, "x", Cancellation);

        store.OnRetire = () => throw new TimeoutException();
        DataKeyRecord sound = store.Keys.Single();
        foreach (
            (DataKeyRecord damaged, string code) in new[]
            {
                (sound with { Wrapped = new byte[DataKeyRecord.WrappedLength] }, CryptoErrorCodes.DataKeyUnwrapFailed),
                (sound with { Epoch = 5 }, CryptoErrorCodes.OrgKeyMissing),
            }
        )
        {
            store.Put(damaged);
            using FieldVault vault = FieldVault.Create(root, store);
            await TestKeys.AssertCodeAsync(code, async () =>
                await vault.EncryptAsync(Person, TestKeys.Body, TestKeys.Row, "x", Cancellation)
            );
        }
    }

    static async Task NullAsync(string name, Func<Task> action) =>
        Assert.Equal(name, (await Assert.ThrowsAsync<ArgumentNullException>(action)).ParamName);

    static FieldVault NewVault(InMemoryKeyStore store) =>
        FieldVault.Create(new EnvironmentRootKeyProvider("R", n => n == "R" ? TestKeys.RootText : null), store);

    /// <summary>The statements without white space, comments, imports and cancellation.</summary>
    static string[] Statements(string code) =>
        [
            .. Ignored()
                .Replace(code, string.Empty)
                .Replace(",Cancellation)", ")", StringComparison.Ordinal)
                .Split(';', StringSplitOptions.RemoveEmptyEntries),
        ];

    [GeneratedRegex("//.*|using CallIntel.*|\\s+")]
    private static partial Regex Ignored();

    [GeneratedRegex("// <readme>\n(.*?)// </readme>", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}

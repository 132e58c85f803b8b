using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Tests for all root key providers, and key-ring files with errors.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class RootKeyProviderTests : IDisposable
{
    static readonly RootKeyContext Context = new(OrgKeyKind.Kek, TestKeys.Org, 7);
    static readonly KeyRingProtection Passphrase = KeyRingProtection.Passphrase("correct horse");
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("callintel-ring-");

    string Ring => Path.Combine(_folder.FullName, "ring.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("plain")]
    [InlineData("environment")]
    [InlineData("variable")]
    public async Task A_wrapped_key_unwraps_only_unchanged_and_in_its_context(string kind)
    {
        IRootKeyProvider provider = kind switch
        {
            "plain" => KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly),
            "environment" => KeyRingFileProvider.Create(
                Ring,
                KeyRingProtection.EnvironmentKey("K", _ => TestKeys.OtherRootText)
            ),
            _ => EnvironmentRootKeyTests.Variable(("ROOT", TestKeys.RootText)),
        };
        byte[] key = RandomNumberGenerator.GetBytes(32);
        RootWrappedKey wrapped = await provider.WrapAsync(Context, key, TestContext.Current.CancellationToken);
        Assert.Equal(key, await TestKeys.UnwrapAsync(provider, Context, wrapped));

        foreach (
            RootKeyContext other in new[]
            {
                Context with
                {
                    OrgId = TestKeys.OtherOrg,
                },
                Context with
                {
                    Version = 8,
                },
                Context with
                {
                    Kind = OrgKeyKind.BlindIndex,
                },
                Context with
                {
                    Kind = OrgKeyKind.EventId,
                },
            }
        )
            await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootUnwrapFailed, () =>
                TestKeys.UnwrapAsync(provider, other, wrapped)
            );

        byte[] changed = wrapped.Ciphertext.ToArray();
        for (int i = 0; i < changed.Length; i++)
        {
            changed[i] ^= 0x10;
            await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootUnwrapFailed, () =>
                TestKeys.UnwrapAsync(provider, Context, wrapped with { Ciphertext = changed })
            );
            changed[i] ^= 0x10;
        }

        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootUnwrapFailed, () =>
            TestKeys.UnwrapAsync(provider, Context, wrapped with { Ciphertext = changed.AsMemory(1) })
        );
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootKeyUnknown, () =>
            TestKeys.UnwrapAsync(provider, Context, wrapped with { RootKeyId = "other" })
        );
        ArgumentException tooShort = await Assert.ThrowsAsync<ArgumentException>(async () =>
            await provider.UnwrapAsync(Context, wrapped, new byte[31], TestContext.Current.CancellationToken)
        );
        Assert.StartsWith("The destination has to have 32 bytes.", tooShort.Message, StringComparison.Ordinal);

        IReadOnlyList<RootWrappedKey> again = await provider.RewrapManyAsync(
            [new(Context, wrapped), new(Context, wrapped)],
            TestContext.Current.CancellationToken
        );
        Assert.Equal(2, again.Count);
        Assert.Equal(key, await TestKeys.UnwrapAsync(provider, Context, again[1]));
        Assert.False(again[0].Ciphertext.Span.SequenceEqual(again[1].Ciphertext.Span));
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await provider.WrapAsync(Context, key, new CancellationToken(true))
        );
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await provider.UnwrapAsync(Context, wrapped, key, new CancellationToken(true))
        );
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await provider.RewrapManyAsync([new(Context, wrapped)], new CancellationToken(true))
        );
        ((IDisposable)provider).Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => TestKeys.UnwrapAsync(provider, Context, wrapped));
    }

    [Fact]
    public async Task An_empty_ciphertext_does_not_unwrap()
    {
        using KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly);
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootUnwrapFailed, () =>
            TestKeys.UnwrapAsync(provider, Context, new RootWrappedKey(provider.ActiveRootKeyId, default))
        );
    }

    [Fact]
    public void Each_kind_of_org_key_has_its_own_label()
    {
        byte[] data = new byte[26];
        Context.WriteAssociatedData(data);
        Assert.Equal((byte[])[.. "ci/kek"u8, .. TestKeys.Org.ToByteArray(bigEndian: true), 0, 0, 0, 7], data);
        Assert.Throws<ArgumentException>(() => (Context with { Kind = 0 }).WriteAssociatedData(data));
    }

    [Fact]
    public async Task Old_root_keys_unwrap_until_they_are_destroyed()
    {
        using KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly);
        using KeyRingFileProvider otherProcess = KeyRingFileProvider.Open(Ring, KeyRingProtection.FileModeOnly);
        byte[] key = RandomNumberGenerator.GetBytes(32);
        string first = provider.ActiveRootKeyId;
        RootWrappedKey old = await provider.WrapAsync(Context, key, TestContext.Current.CancellationToken);
        Assert.Equal(first, old.RootKeyId);

        string second = provider.Rotate();
        Assert.NotEqual(first, second);
        RootWrappedKey current = await otherProcess.WrapAsync(Context, key, TestContext.Current.CancellationToken);
        Assert.Equal(second, current.RootKeyId);
        Assert.Equal(key, await TestKeys.UnwrapAsync(otherProcess, Context, old));
        Assert.Equal(
            second,
            (await provider.RewrapManyAsync([new(Context, old)], TestContext.Current.CancellationToken))[0].RootKeyId
        );

        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootKeyActive, async () => await provider.DestroyAsync(second));
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootKeyUnknown, async () =>
            await provider.DestroyAsync("ring-9/00")
        );
        await provider.DestroyAsync(first, TestContext.Current.CancellationToken);
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootKeyDestroyed, () =>
            TestKeys.UnwrapAsync(provider, Context, old)
        );
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootKeyDestroyed, () =>
            TestKeys.UnwrapAsync(otherProcess, Context, old)
        );
        Assert.Equal(key, await TestKeys.UnwrapAsync(otherProcess, Context, current));
        Assert.DoesNotContain(".new", string.Join(',', Directory.GetFiles(_folder.FullName)), StringComparison.Ordinal);
        Assert.Contains("\"destroyed\"", File.ReadAllText(Ring), StringComparison.Ordinal);
        using KeyRingFileProvider reopened = KeyRingFileProvider.Open(Ring, KeyRingProtection.FileModeOnly);
        Assert.Equal(key, await TestKeys.UnwrapAsync(reopened, Context, current));
    }

    [Fact]
    public async Task Rotations_number_keys_upwards_and_never_reactivate_one()
    {
        KeyRingProtection protection = KeyRingProtection.EnvironmentKey("K", _ => TestKeys.OtherRootText);
        using KeyRingFileProvider provider = KeyRingFileProvider.Create(
            Ring,
            protection,
            new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch)
        );
        string first = provider.ActiveRootKeyId;
        string[] later = [provider.Rotate(), provider.Rotate()];
        await provider.DestroyAsync(first, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await provider.DestroyAsync(later[0], new CancellationToken(true))
        );
        string last = provider.Rotate();
        Assert.Equal(
            ["ring-1", "ring-2", "ring-3", "ring-4"],
            new[] { first, later[0], later[1], last }.Select(i => i.Split('/')[0])
        );
        KeyRingDocument document = KeyRingDocument.Parse(File.ReadAllBytes(Ring));
        Assert.Equal(["destroyed", "decrypt_only", "decrypt_only", "active"], document.Keys.Select(k => k.State));
        Assert.All(document.Keys, k => Assert.Equal(DateTimeOffset.UnixEpoch, k.Created));
        Assert.Equal(
            3,
            document
                .Keys.Where(k => k.Key.Length > 0)
                .Select(k => Convert.ToHexString(k.Key.AsSpan(0, 12)))
                .Distinct()
                .Count()
        );
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootKeyDestroyed, () =>
            TestKeys.UnwrapAsync(provider, Context, new RootWrappedKey(first, new byte[61]))
        );
    }

    [Fact]
    public async Task A_key_ring_opens_only_with_its_passphrase()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        RootWrappedKey wrapped;
        using (KeyRingFileProvider created = KeyRingFileProvider.Create(Ring, Passphrase))
            wrapped = await created.WrapAsync(Context, key, TestContext.Current.CancellationToken);

        using KeyRingFileProvider opened = KeyRingFileProvider.Open(Ring, Passphrase);
        Assert.Equal(key, await TestKeys.UnwrapAsync(opened, Context, wrapped));
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingSecretWrong, () =>
            KeyRingFileProvider.Open(Ring, KeyRingProtection.Passphrase("wrong"))
        );
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingProtectionMismatch, () =>
            KeyRingFileProvider.Open(Ring, KeyRingProtection.FileModeOnly)
        );
        Assert.DoesNotContain("correct horse", Passphrase.ToString(), StringComparison.Ordinal);
        string json = File.ReadAllText(Ring);
        foreach (
            (string iterations, string code) in new[]
            {
                ("599999", "CI0108"),
                ("10000001", "CI0108"),
                ("0", "CI0108"),
                ("600001", "CI0104"),
            }
        )
        {
            File.WriteAllText(Ring, json.Replace("600000", iterations, StringComparison.Ordinal));
            TestKeys.AssertCode(code, () => KeyRingFileProvider.Open(Ring, Passphrase));
        }

        File.WriteAllText(Ring, json.Replace("pbkdf2-sha256", "pbkdf2-sha1", StringComparison.Ordinal));
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingDerivationRefused, () =>
            KeyRingFileProvider.Open(Ring, Passphrase)
        );
    }

    [Fact]
    public void A_new_key_ring_is_private_and_never_overwrites_an_existing_one()
    {
        KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly).Dispose();
        byte[] before = File.ReadAllBytes(Ring);
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingExists, () =>
            KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly)
        );
        Assert.Equal(before, File.ReadAllBytes(Ring));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Ring));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Ring + ".lock"));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_key_ring_that_others_can_access_is_rejected(UnixFileMode extra)
    {
        KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly).Dispose();
        File.SetUnixFileMode(Ring, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () =>
            KeyRingFileProvider.Open(Ring, KeyRingProtection.FileModeOnly)
        );
    }

    [Fact]
    public void Missing_truncated_and_unknown_files_have_different_codes()
    {
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotFound, () =>
            KeyRingFileProvider.Open(Ring, KeyRingProtection.FileModeOnly)
        );
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingIoFailed, () =>
            KeyRingFileProvider.Create(
                Path.Combine(_folder.FullName, "no", "ring.json"),
                KeyRingProtection.FileModeOnly
            )
        );
        KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly);
        string id = provider.Rotate();
        string json = File.ReadAllText(Ring);
        for (int length = 0; length < json.TrimEnd().Length; length += TestScale.Mutation ? 40 : 1)
        {
            File.WriteAllText(Ring, json[..length]);
            TestKeys.AssertCode(CryptoErrorCodes.KeyRingMalformed, () =>
                KeyRingFileProvider.Open(Ring, KeyRingProtection.FileModeOnly)
            );
        }

        foreach (
            (string from, string to, string code) in new[]
            {
                (
                    "\"version\": 2,\n  \"protection\"",
                    "\"version\": 3,\n  \"protection\"",
                    CryptoErrorCodes.KeyRingVersionUnsupported
                ),
                ("\"mac\"", "\"mad\"", CryptoErrorCodes.KeyRingMalformed),
                ("callintel-key-ring", "something-else", CryptoErrorCodes.KeyRingMalformed),
                ("\"active\"", "\"decrypt_only\"", CryptoErrorCodes.KeyRingMalformed),
                ("\"decrypt_only\"", "\"active\"", CryptoErrorCodes.KeyRingMalformed),
                ("\"decrypt_only\"", "\"other\"", CryptoErrorCodes.KeyRingMalformed),
                ("\"version\": 2,", "\"version\": 1,", CryptoErrorCodes.KeyRingMalformed),
                ("\"salt\": \"", "\"salt\": \"AAAA", CryptoErrorCodes.KeyRingMalformed),
                ("\"keys\": [", "\"keys\": [ 3,", CryptoErrorCodes.KeyRingMalformed),
                ("\"key\": \"", "\"key\": \"AAAA", CryptoErrorCodes.KeyRingSecretWrong),
                ($"\"{id}\"", "\"ring-2/0000000000000000\"", CryptoErrorCodes.KeyRingSecretWrong),
                ("\"none\"", "\"passphrase\"", CryptoErrorCodes.KeyRingMalformed),
                ("\"none\"", "\"environment-key\"", CryptoErrorCodes.KeyRingProtectionMismatch),
            }
        )
        {
            Assert.Contains(from, json, StringComparison.Ordinal);
            File.WriteAllText(Ring, json.Replace(from, to, StringComparison.Ordinal));
            TestKeys.AssertCode(code, () => KeyRingFileProvider.Open(Ring, KeyRingProtection.FileModeOnly));
        }

        File.Delete(Ring);
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotFound, () => _ = provider.ActiveRootKeyId);
        provider.Dispose();
    }

    [Fact]
    public void A_temporary_file_of_a_crash_is_replaced_and_an_unwritable_folder_is_reported()
    {
        using KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly);
        File.WriteAllText(Ring + ".new", "left by a crash");
        string active = provider.Rotate();
        Directory.CreateDirectory(Ring + ".new");
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingIoFailed, () => provider.Rotate());
        Assert.Equal(active, provider.ActiveRootKeyId);
        Directory.Delete(Ring + ".new");
        File.Delete(Ring + ".lock");
        Directory.CreateDirectory(Ring + ".lock");
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingIoFailed, () => provider.Rotate());
        Assert.Equal(active, provider.ActiveRootKeyId);
    }

    [Fact]
    public async Task A_disposed_key_ring_wraps_nothing_and_missing_arguments_are_rejected_by_name()
    {
        KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<ArgumentNullException>(async () =>
            await provider.UnwrapAsync(Context, null!, new byte[32], cancellation)
        );
        await Assert.ThrowsAsync<ArgumentNullException>(async () =>
            await provider.RewrapManyAsync(null!, cancellation)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () => await provider.DestroyAsync("", cancellation));
        provider.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await provider.WrapAsync(Context, new byte[32], cancellation)
        );
    }

    [Fact]
    public void A_key_ring_that_another_process_changes_is_busy()
    {
        using KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly);
        using (KeyRingFile.Lock(Ring))
            TestKeys.AssertCode(CryptoErrorCodes.KeyRingBusy, () => provider.Rotate());

        provider.Rotate();
    }

    [Fact]
    public void A_key_ring_opens_only_with_its_environment_key()
    {
        string value = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        string? current = value;
        KeyRingProtection protection = KeyRingProtection.EnvironmentKey("K", n => n == "K" ? current : null);
        KeyRingFileProvider.Create(Ring, protection).Dispose();
        KeyRingFileProvider.Open(Ring, protection).Dispose();
        current = TestKeys.OtherRootText;
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingSecretWrong, () => KeyRingFileProvider.Open(Ring, protection));
        current = null;
        TestKeys.AssertCode(CryptoErrorCodes.RootKeyEnvironmentMissing, () =>
            KeyRingFileProvider.Open(Ring, protection)
        );
        current = "short";
        TestKeys.AssertCode(CryptoErrorCodes.RootKeyEnvironmentMalformed, () =>
            KeyRingFileProvider.Open(Ring, protection)
        );
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Symbolic links, folders and manipulated key rings.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KeyRingFileTests : IDisposable
{
    static readonly RootKeyContext Context = new(OrgKeyKind.Kek, TestKeys.Org, 7);
    static readonly KeyRingProtection Protection = KeyRingProtection.EnvironmentKey("K", _ => TestKeys.RootText);
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("callintel-ring-");

    string Ring => Path.Combine(_folder.FullName, "ring.json");

    string Link => Path.Combine(_folder.CreateSubdirectory("links").FullName, "link.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_change_through_a_symbolic_link_replaces_its_target()
    {
        KeyRingFileProvider.Create(Ring, Protection).Dispose();
        File.CreateSymbolicLink(Link, Ring);
        using KeyRingFileProvider provider = KeyRingFileProvider.Open(Link, Protection);
        string first = provider.ActiveRootKeyId;
        provider.Rotate();
        await provider.DestroyAsync(first, TestContext.Current.CancellationToken);
        Assert.NotNull(new FileInfo(Link).LinkTarget);
        KeyRingDocument target = KeyRingDocument.Parse(File.ReadAllBytes(Ring));
        Assert.Equal(["destroyed", "active"], target.Keys.Select(k => k.State));
        Assert.Empty(target.Keys[0].Key);
        Assert.Equal(["link.json"], Directory.GetFiles(Path.GetDirectoryName(Link)!).Select(Path.GetFileName));
    }

    [Fact]
    public void A_changed_target_of_a_symbolic_link_is_read()
    {
        KeyRingFileProvider.Create(Ring, Protection).Dispose();
        string other = Path.Combine(_folder.FullName, "other.json");
        using KeyRingFileProvider second = KeyRingFileProvider.Create(other, Protection);
        File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(Ring));
        File.CreateSymbolicLink(Link, Ring);
        using KeyRingFileProvider provider = KeyRingFileProvider.Open(Link, Protection);
        File.Delete(Link);
        File.CreateSymbolicLink(Link, other);
        Assert.Equal(second.ActiveRootKeyId, provider.ActiveRootKeyId);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherWrite | UnixFileMode.StickyBit)]
    public void A_folder_that_others_can_write_to_is_rejected(UnixFileMode extra)
    {
        KeyRingFileProvider.Create(Ring, Protection).Dispose();
        File.CreateSymbolicLink(Link, Ring);
        using KeyRingFileProvider provider = KeyRingFileProvider.Open(Ring, Protection);
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (
            (string folder, string path) in new[]
            {
                (_folder.FullName, Ring),
                (_folder.FullName, Link),
                (Path.GetDirectoryName(Link)!, Link),
            }
        )
        {
            File.SetUnixFileMode(folder, Own | extra);
            CallIntelException e = TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () =>
                KeyRingFileProvider.Open(path, Protection)
            );
            Assert.Contains($"'{folder}'", e.Message, StringComparison.Ordinal);
            if (path == Ring)
            {
                TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () => provider.Rotate());
                TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () =>
                    KeyRingFileProvider.Create(Path.Combine(folder, "new.json"), Protection)
                );
            }

            File.SetUnixFileMode(folder, Own);
            KeyRingFileProvider.Open(path, Protection).Dispose();
        }
    }

    [Fact]
    public void The_mode_of_the_target_of_a_link_is_checked()
    {
        KeyRingFileProvider.Create(Ring, Protection).Dispose();
        File.CreateSymbolicLink(Link, Ring);
        File.SetUnixFileMode(Ring, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () => KeyRingFileProvider.Open(Link, Protection));
    }

    [Fact]
    public void A_chain_of_symbolic_links_is_followed()
    {
        KeyRingFileProvider.Create(Ring, Protection).Dispose();
        string middle = Path.Combine(_folder.FullName, "middle.json");
        File.CreateSymbolicLink(middle, Ring);
        File.CreateSymbolicLink(Link, middle);
        Assert.Equal(Ring, KeyRingFile.Resolve(Link));
        using KeyRingFileProvider provider = KeyRingFileProvider.Open(Link, Protection);
        string rotated = provider.Rotate();
        Assert.Equal(Ring, new FileInfo(middle).LinkTarget);
        Assert.Equal(rotated, KeyRingDocument.Parse(File.ReadAllBytes(Ring)).Active.Id);
    }

    [Fact]
    public void Circular_symbolic_links_are_rejected()
    {
        string other = Path.Combine(_folder.FullName, "other.json");
        File.CreateSymbolicLink(Ring, other);
        File.CreateSymbolicLink(other, Ring);
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingIoFailed, () => KeyRingFile.Resolve(Ring));
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingIoFailed, () => KeyRingFileProvider.Open(Ring, Protection));
    }

    [Fact]
    public void A_deleted_key_ring_is_reported_and_not_created_again()
    {
        using KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, Protection);
        File.Delete(Ring);
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotFound, () => provider.Rotate());
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotFound, () => KeyRingFile.Read(Ring));
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotFound, () => KeyRingFile.Stamp(Ring));
        Assert.False(File.Exists(Ring));
    }

    [Fact]
    public void Several_processes_can_read_a_key_ring_concurrently()
    {
        KeyRingFileProvider.Create(Ring, Protection).Dispose();
        using var reader = new FileStream(Ring, FileMode.Open, FileAccess.Read, FileShare.Read);
        byte[] content = new byte[reader.Length];
        reader.ReadExactly(content);
        Assert.Equal(content, KeyRingFile.Read(Ring));
    }

    [Fact]
    public void A_busy_key_ring_is_a_transient_error()
    {
        using KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, Protection);
        using (KeyRingFile.Lock(Ring))
        {
            CallIntelException e = TestKeys.AssertCode(CryptoErrorCodes.KeyRingBusy, () => provider.Rotate());
            Assert.True(e.IsTransient);
            Assert.IsAssignableFrom<IOException>(e.InnerException);
        }

        string first = provider.ActiveRootKeyId;
        Assert.NotEqual(first, provider.Rotate());
    }

    [Fact]
    public void No_file_is_created_in_a_folder_that_others_can_write_to()
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(_folder.FullName, Own | UnixFileMode.OtherWrite);
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () => KeyRingFile.Lock(Ring));
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () => KeyRingFile.Replace(Ring, [1]));
        Assert.Empty(_folder.GetFiles());
        File.SetUnixFileMode(_folder.FullName, Own);
        KeyRingFile.Lock(Ring).Dispose();
        KeyRingFile.Replace(Ring, [1]);
        Assert.Equal(
            ["ring.json", "ring.json.lock"],
            _folder.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_missing_folder_is_not_reported_as_a_busy_key_ring()
    {
        string path = Path.Combine(_folder.FullName, "none", "ring.json");
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingIoFailed, () => KeyRingFile.Lock(path));
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingIoFailed, () => KeyRingFile.Replace(path, [1]));
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingIoFailed, () => KeyRingFileProvider.Create(path, Protection));
    }

    [Fact]
    public void Changed_key_states_with_an_invalid_mac_are_rejected()
    {
        using KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, Protection);
        provider.Rotate();
        provider.Rotate();
        string json = File.ReadAllText(Ring);
        string swapped = json.Replace("\"active\"", "\"x\"", StringComparison.Ordinal);
        int first = swapped.IndexOf("\"decrypt_only\"", StringComparison.Ordinal);
        swapped = (swapped[..first] + "\"active\"" + swapped[(first + "\"decrypt_only\"".Length)..]).Replace(
            "\"x\"",
            "\"decrypt_only\"",
            StringComparison.Ordinal
        );
        int created = json.IndexOf("\"created\": \"20", StringComparison.Ordinal) + "\"created\": \"20".Length;
        foreach (
            string altered in new[]
            {
                swapped,
                json[..created] + (json[created] == '1' ? '2' : '1') + json[(created + 1)..],
                json.Replace("\"mac\": \"", "\"mac\": \"AAAA", StringComparison.Ordinal),
                json.Replace(
                    "\"version\": 2,\n  \"protection\"",
                    "\"version\": 1,\n  \"protection\"",
                    StringComparison.Ordinal
                ),
            }
        )
        {
            Assert.NotEqual(json, altered);
            File.WriteAllText(Ring, altered);
            TestKeys.AssertCode(CryptoErrorCodes.KeyRingAltered, () => KeyRingFileProvider.Open(Ring, Protection));
            TestKeys.AssertCode(CryptoErrorCodes.KeyRingAltered, () => provider.Rotate());
            Assert.Equal(altered, File.ReadAllText(Ring));
        }

        File.WriteAllText(Ring, json);
        provider.Rotate();
    }

    [Fact]
    public void An_unencrypted_key_ring_of_format_1_gets_a_mac_when_it_changes()
    {
        KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly).Dispose();
        string json = File.ReadAllText(Ring);
        File.WriteAllText(
            Ring,
            json.Replace(
                "\"version\": 2,\n  \"protection\"",
                "\"version\": 1,\n  \"protection\"",
                StringComparison.Ordinal
            )
        );
        using KeyRingFileProvider provider = KeyRingFileProvider.Open(Ring, KeyRingProtection.FileModeOnly);
        provider.Rotate();
        Assert.Equal(
            (2, 32),
            (
                KeyRingDocument.Parse(File.ReadAllBytes(Ring)).FormatVersion,
                KeyRingDocument.Parse(File.ReadAllBytes(Ring)).Mac.Length
            )
        );
    }

    [Fact]
    public void A_key_ring_of_format_1_needs_no_mac_but_format_2_does()
    {
        KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly).Dispose();
        JsonNode json = JsonNode.Parse(File.ReadAllBytes(Ring))!;
        Assert.True(json.AsObject().Remove("mac"));
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingMalformed, () =>
            KeyRingDocument.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()))
        );
        json["version"] = 1;
        KeyRingDocument document = KeyRingDocument.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Assert.Equal((1, 0), (document.FormatVersion, document.Mac.Length));
    }

    [Theory]
    [InlineData(KeyRingProtection.MinIterations - 1, false)]
    [InlineData(KeyRingProtection.MinIterations, true)]
    [InlineData(KeyRingProtection.MaxIterations, true)]
    [InlineData(KeyRingProtection.MaxIterations + 1, false)]
    public void Too_few_or_too_many_iterations_are_rejected(int iterations, bool allowed)
    {
        KeyRingFileProvider.Create(Ring, Protection).Dispose();
        KeyRingDocument ring = KeyRingDocument.Parse(File.ReadAllBytes(Ring));
        byte[] json = (ring with { Protection = KeyRingProtection.PassphraseKind, Iterations = iterations }).ToJson();
        if (allowed)
            Assert.Equal(iterations, KeyRingDocument.Parse(json).Iterations);
        else
            TestKeys.AssertCode(CryptoErrorCodes.KeyRingDerivationRefused, () => KeyRingDocument.Parse(json));
    }

    [Fact]
    public async Task A_disposed_key_ring_does_not_read_its_file_again()
    {
        KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, Protection);
        byte[] key = RandomNumberGenerator.GetBytes(32);
        RootWrappedKey wrapped = await provider.WrapAsync(Context, key, TestContext.Current.CancellationToken);
        provider.Dispose();
        using (KeyRingFileProvider other = KeyRingFileProvider.Open(Ring, Protection))
            other.Rotate();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => TestKeys.UnwrapAsync(provider, Context, wrapped));
        Assert.Throws<ObjectDisposedException>(() => provider.ActiveRootKeyId);
        byte[] before = File.ReadAllBytes(Ring);
        Assert.Throws<ObjectDisposedException>(() => provider.Rotate());
        Assert.Equal(before, File.ReadAllBytes(Ring));
    }

    [Fact]
    public void A_key_of_one_repeated_byte_is_rejected()
    {
        foreach (
            string weak in new[] { new string('0', 64), new string('f', 64), Convert.ToBase64String(new byte[32]) }
        )
        {
            TestKeys.AssertCode(CryptoErrorCodes.RootKeyWeak, () =>
                _ = new EnvironmentRootKeyProvider("R", n => n == "R" ? weak : null)
            );
            TestKeys.AssertCode(CryptoErrorCodes.RootKeyWeak, () =>
                _ = new EnvironmentRootKeyProvider("R", n => n == "R" ? TestKeys.RootText : weak)
            );
            TestKeys.AssertCode(CryptoErrorCodes.RootKeyWeak, () =>
                KeyRingFileProvider.Create(Ring, KeyRingProtection.EnvironmentKey("K", _ => weak))
            );
        }
    }
}

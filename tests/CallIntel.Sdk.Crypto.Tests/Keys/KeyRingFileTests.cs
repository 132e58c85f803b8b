using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Links, folders, and key rings that somebody changed.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KeyRingFileTests : IDisposable
{
    private static readonly RootKeyContext Context = new(OrgKeyKind.Kek, TestKeys.Org, 7);
    private static readonly KeyRingProtection Protection = KeyRingProtection.EnvironmentKey("K", _ => TestKeys.RootText);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("callintel-ring-");

    private string Ring => Path.Combine(_folder.FullName, "ring.json");

    private string Link => Path.Combine(_folder.CreateSubdirectory("links").FullName, "link.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Changes_through_a_symbolic_link_reach_the_file_that_holds_the_keys()
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
    public void A_link_that_is_pointed_elsewhere_is_noticed()
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
    public void A_folder_that_others_may_write_is_refused(UnixFileMode extra)
    {
        KeyRingFileProvider.Create(Ring, Protection).Dispose();
        File.CreateSymbolicLink(Link, Ring);
        using KeyRingFileProvider provider = KeyRingFileProvider.Open(Ring, Protection);
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach ((string folder, string path) in new[] { (_folder.FullName, Ring), (_folder.FullName, Link), (Path.GetDirectoryName(Link)!, Link) })
        {
            File.SetUnixFileMode(folder, Own | extra);
            CallIntelException e = TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () => KeyRingFileProvider.Open(path, Protection));
            Assert.Contains($"'{folder}'", e.Message, StringComparison.Ordinal);
            if (path == Ring)
            {
                TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () => provider.Rotate());
                TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () => KeyRingFileProvider.Create(Path.Combine(folder, "new.json"), Protection));
            }

            File.SetUnixFileMode(folder, Own);
            KeyRingFileProvider.Open(path, Protection).Dispose();
        }
    }

    [Fact]
    public void The_mode_of_the_file_behind_a_link_counts()
    {
        KeyRingFileProvider.Create(Ring, Protection).Dispose();
        File.CreateSymbolicLink(Link, Ring);
        File.SetUnixFileMode(Ring, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        TestKeys.AssertCode(CryptoErrorCodes.KeyRingNotPrivate, () => KeyRingFileProvider.Open(Link, Protection));
    }

    [Fact]
    public void States_that_were_changed_without_the_secret_are_refused()
    {
        using KeyRingFileProvider provider = KeyRingFileProvider.Create(Ring, Protection);
        provider.Rotate();
        provider.Rotate();
        string json = File.ReadAllText(Ring);
        string swapped = json.Replace("\"active\"", "\"x\"", StringComparison.Ordinal);
        int first = swapped.IndexOf("\"decrypt_only\"", StringComparison.Ordinal);
        swapped = (swapped[..first] + "\"active\"" + swapped[(first + "\"decrypt_only\"".Length)..]).Replace("\"x\"", "\"decrypt_only\"", StringComparison.Ordinal);
        int created = json.IndexOf("\"created\": \"20", StringComparison.Ordinal) + "\"created\": \"20".Length;
        foreach (string altered in new[]
        {
            swapped,
            json[..created] + (json[created] == '1' ? '2' : '1') + json[(created + 1)..],
            json.Replace("\"mac\": \"", "\"mac\": \"AAAA", StringComparison.Ordinal),
            json.Replace("\"version\": 2,\n  \"protection\"", "\"version\": 1,\n  \"protection\"", StringComparison.Ordinal),
        })
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
    public void A_ring_of_format_1_that_only_its_mode_protects_is_read_and_gets_a_mac_when_it_changes()
    {
        KeyRingFileProvider.Create(Ring, KeyRingProtection.FileModeOnly).Dispose();
        string json = File.ReadAllText(Ring);
        File.WriteAllText(Ring, json.Replace("\"version\": 2,\n  \"protection\"", "\"version\": 1,\n  \"protection\"", StringComparison.Ordinal));
        using KeyRingFileProvider provider = KeyRingFileProvider.Open(Ring, KeyRingProtection.FileModeOnly);
        provider.Rotate();
        Assert.Equal((2, 32), (KeyRingDocument.Parse(File.ReadAllBytes(Ring)).FormatVersion, KeyRingDocument.Parse(File.ReadAllBytes(Ring)).Mac.Length));
    }

    [Fact]
    public async Task A_disposed_ring_does_not_read_its_file_again()
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
    public void A_key_of_one_repeated_byte_is_refused()
    {
        foreach (string weak in new[] { new string('0', 64), new string('f', 64), Convert.ToBase64String(new byte[32]) })
        {
            TestKeys.AssertCode(CryptoErrorCodes.RootKeyWeak, () => _ = new EnvironmentRootKeyProvider("R", n => n == "R" ? weak : null));
            TestKeys.AssertCode(CryptoErrorCodes.RootKeyWeak, () => _ = new EnvironmentRootKeyProvider("R", n => n == "R" ? TestKeys.RootText : weak));
            TestKeys.AssertCode(CryptoErrorCodes.RootKeyWeak, () => KeyRingFileProvider.Create(Ring, KeyRingProtection.EnvironmentKey("K", _ => weak)));
        }
    }
}

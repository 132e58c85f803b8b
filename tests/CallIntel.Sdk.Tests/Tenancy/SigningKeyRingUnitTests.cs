using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.Tenancy;

public sealed class SigningKeyRingUnitTests : IDisposable
{
    readonly string _path = Path.Combine(Path.GetTempPath(), $"callintel-ring-{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_saved_ring_loads_again_and_only_its_owner_can_read_it()
    {
        SigningKeyRing ring = new(SigningKey.Create(7), SigningKey.Create(3));
        ring.Save(_path);
        ring.Save(_path);
        SigningKeyRing loaded = SigningKeyRing.Load(_path);
        Assert.Equal([7, 3], loaded.Keys.Select(k => (int)k.Id));
        Assert.Equal(
            ring.Keys.Select(k => Convert.ToHexString(k.Bytes)),
            loaded.Keys.Select(k => Convert.ToHexString(k.Bytes))
        );
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"current\":1}")]
    [InlineData("{\"current\":1,\"keys\":[{\"id\":1,\"key\":\"not base64!\"}]}")]
    [InlineData("{\"current\":1,\"keys\":[{\"id\":1,\"key\":\"c2hvcnQ=\"}]}")]
    [InlineData("{\"current\":2,\"keys\":[{\"id\":1,\"key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}]}")]
    [InlineData("{\"current\":1,\"keys\":[{\"id\":900,\"key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}]}")]
    public void A_damaged_key_file_is_rejected_without_quoting_its_content(string text)
    {
        Write(text);
        CallIntelException error = Assert.Throws<CallIntelException>(() => SigningKeyRing.Load(_path));
        Assert.Equal(ErrorCodes.InvalidSigningKey, error.Code);
        Assert.DoesNotContain("AAAA", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_that_is_missing_or_readable_by_others_is_rejected()
    {
        Assert.Equal(
            ErrorCodes.InvalidSigningKey,
            Assert.Throws<CallIntelException>(() => SigningKeyRing.Load(_path)).Code
        );
        new SigningKeyRing(SigningKey.Create(1)).Save(_path);
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal(
            ErrorCodes.InvalidSigningKey,
            Assert.Throws<CallIntelException>(() => SigningKeyRing.Load(_path)).Code
        );
    }

    [Fact]
    public void A_signing_key_never_appears_in_text()
    {
        byte[] bytes = Encoding.ASCII.GetBytes("canary-canary-canary-canary-canary");
        SigningKey key = new(1, bytes);
        Assert.DoesNotContain("canary", $"{key} {new SigningKeyRing(key)}", StringComparison.Ordinal);
        Assert.DoesNotContain(
            "canary",
            Assert.Throws<CallIntelException>(() => new SigningKey(1, bytes.AsSpan(0, 12))).ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            ErrorCodes.InvalidSigningKey,
            Assert.Throws<CallIntelException>(() => new SigningKeyRing(key, new SigningKey(1, bytes))).Code
        );
    }

    void Write(string text)
    {
        File.WriteAllText(_path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}

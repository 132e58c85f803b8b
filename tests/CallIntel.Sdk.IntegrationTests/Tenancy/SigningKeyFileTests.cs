using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>Tests that a host does not start with an unusable signing key file.</summary>
public sealed class SigningKeyFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("callintel-signing-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_missing_signing_key_file_prevents_the_host_from_starting() =>
        Assert.Contains("CI0008", Start(Path.Combine(_folder, "none.json")), StringComparison.Ordinal);

    [Fact]
    public void A_signing_key_file_that_other_users_can_read_prevents_the_host_from_starting()
    {
        string path = Path.Combine(_folder, "keys.json");
        new SigningKeyRing(SigningKey.Create(1)).Save(path);
        Assert.Equal("", Start(path));
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("CI0008", Start(path), StringComparison.Ordinal);
    }

    /// <summary>What a host does when it starts, without a database.</summary>
    string Start(string signingKeys)
    {
        string ring = Path.Combine(_folder, "ring.json");
        if (!File.Exists(ring))
            Crypto.Keys.KeyRingFileProvider.Create(ring, Crypto.Keys.KeyRingProtection.FileModeOnly).Dispose();
        ServiceCollection services = [];
        services
            .AddCallIntel(options =>
                (options.ConnectionString, options.SigningKeyFile) = ("Host=db;Username=callintel_app", signingKeys)
            )
            .AddFieldEncryption(keys => keys.UseKeyRingFile(ring, Crypto.Keys.KeyRingProtection.FileModeOnly));
        using ServiceProvider host = services.BuildServiceProvider();
        try
        {
            host.GetRequiredService<IStartupValidator>().Validate();
            return "";
        }
        catch (OptionsValidationException e)
        {
            return e.Message;
        }
    }
}

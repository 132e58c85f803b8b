using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.Extensions.DependencyInjection;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>
/// ASP.NET Core Data Protection with a key ring on disk, as in an application. The purpose corresponds to our field.
/// </summary>
sealed class DataProtectionPeer : IDisposable
{
    readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("callintel-dataprotection-");
    readonly ServiceProvider _services;
    readonly IDataProtector _protector;

    internal DataProtectionPeer(EncryptionAlgorithm algorithm)
    {
        ServiceCollection services = new();
        services
            .AddDataProtection()
            .SetApplicationName("benchmark")
            .PersistKeysToFileSystem(_keys)
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = algorithm });
        _services = services.BuildServiceProvider();
        _protector = _services.GetRequiredService<IDataProtectionProvider>().CreateProtector("event_contents.body");
        byte[] text = "text to protect"u8.ToArray();
        if (!_protector.Unprotect(_protector.Protect(text)).AsSpan().SequenceEqual(text))
            throw new CryptographicException("Data Protection could not decrypt the text that it encrypted.");
    }

    internal void Encrypt(byte[] text) => _protector.Protect(text);

    public void Dispose()
    {
        _services.Dispose();
        _keys.Delete(recursive: true);
    }
}

using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Encryption;

/// <summary>Says where the root key is. The last call counts.</summary>
public sealed class RootKeyBuilder
{
    internal RootKeyBuilder() { }

    internal Func<IServiceProvider, IRootKeyProvider>? Create { get; private set; }

    /// <summary>A key ring file that exists: see <see cref="KeyRingFileProvider"/>.</summary>
    /// <param name="path">The file, readable by its owner alone.</param>
    /// <param name="protection">How its keys are protected: by a passphrase, by a key in the environment, or, for
    /// development, by the file's mode alone.</param>
    public void UseKeyRingFile(string path, KeyRingProtection protection)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(protection);
        Create = services =>
            KeyRingFileProvider.Open(path, protection, (TimeProvider?)services.GetService(typeof(TimeProvider)));
    }

    /// <summary>A key in an environment variable: see <see cref="EnvironmentRootKeyProvider"/>.</summary>
    /// <param name="variable">The variable. Default <c>CALLINTEL_ROOT_KEY</c>.</param>
    public void UseEnvironment(string variable = EnvironmentRootKeyProvider.DefaultVariable)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(variable);
        Create = _ => new EnvironmentRootKeyProvider(variable);
    }

    /// <summary>A provider of the host's own, for example before a key management service.</summary>
    /// <param name="create">Makes it; the container disposes it.</param>
    public void Use(Func<IServiceProvider, IRootKeyProvider> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Create = create;
    }
}

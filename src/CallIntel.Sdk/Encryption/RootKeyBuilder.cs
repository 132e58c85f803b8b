using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Encryption;

/// <summary>Chooses the root key provider. If several methods are called, the last call applies.</summary>
public sealed class RootKeyBuilder
{
    internal RootKeyBuilder() { }

    internal Func<IServiceProvider, IRootKeyProvider>? Create { get; private set; }

    /// <summary>Uses an existing key ring file; see <see cref="KeyRingFileProvider"/>.</summary>
    /// <param name="path">The path of the file. Only its owner may have access.</param>
    /// <param name="protection">
    /// How the keys in the file are protected: by a passphrase, by a key in the environment or, for development, only
    /// by the mode of the file.
    /// </param>
    public void UseKeyRingFile(string path, KeyRingProtection protection)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(protection);
        Create = services =>
            KeyRingFileProvider.Open(path, protection, (TimeProvider?)services.GetService(typeof(TimeProvider)));
    }

    /// <summary>Uses a key in an environment variable; see <see cref="EnvironmentRootKeyProvider"/>.</summary>
    /// <param name="variable">The name of the variable. Default: <c>CALLINTEL_ROOT_KEY</c>.</param>
    public void UseEnvironment(string variable = EnvironmentRootKeyProvider.DefaultVariable)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(variable);
        Create = _ => new EnvironmentRootKeyProvider(variable);
    }

    /// <summary>Uses a custom provider, for example one for a key management service.</summary>
    /// <param name="create">Creates the provider. The container disposes it.</param>
    public void Use(Func<IServiceProvider, IRootKeyProvider> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Create = create;
    }
}

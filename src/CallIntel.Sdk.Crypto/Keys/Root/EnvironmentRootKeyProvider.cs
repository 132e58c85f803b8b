using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// Reads root keys from environment variables, once, when it is created. For containers that get their secrets this
/// way.
/// </summary>
/// <remarks>
/// Thread-safe. One variable holds the active key: 32 bytes in Base64 or hexadecimal. A second variable, whose name has
/// the suffix <c>_PREVIOUS</c>, holds older keys separated by commas, as long as org keys are wrapped under them. This
/// provider cannot destroy a key, because other processes may have the variable too.
/// </remarks>
public sealed class EnvironmentRootKeyProvider : IRootKeyProvider, IDisposable
{
    /// <summary>The default variable of the active key: <c>CALLINTEL_ROOT_KEY</c>.</summary>
    public const string DefaultVariable = "CALLINTEL_ROOT_KEY";

    const string PreviousSuffix = "_PREVIOUS";

    readonly RootKeySet _keys;

    /// <summary>Reads the keys from the environment.</summary>
    /// <param name="variable">The variable of the active key. Default: <see cref="DefaultVariable"/>.</param>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RootKeyEnvironmentMissing"/>: the variable is not set.
    /// <see cref="CryptoErrorCodes.RootKeyEnvironmentMalformed"/>: it does not hold 32 bytes.
    /// <see cref="CryptoErrorCodes.RootKeyWeak"/>: it holds one byte repeated 32 times.
    /// </exception>
    public EnvironmentRootKeyProvider(string variable = DefaultVariable)
        : this(variable, Environment.GetEnvironmentVariable) { }

    internal EnvironmentRootKeyProvider(string variable, Func<string, string?> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(variable);
        RootKey active = Load(EnvironmentKey.Read(variable, read));
        List<RootKey> all = [active];
        string previous = variable + PreviousSuffix;
        foreach (
            string value in (read(previous) ?? string.Empty).Split(
                ',',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
        )
            all.Add(Load(EnvironmentKey.Parse(previous, value)));

        _keys = new RootKeySet(active, all, new HashSet<string>());
    }

    /// <inheritdoc/>
    public ValueTask<RootWrappedKey> WrapAsync(
        RootKeyContext context,
        ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_keys.Wrap(context, key.Span));
    }

    /// <inheritdoc/>
    public ValueTask UnwrapAsync(
        RootKeyContext context,
        RootWrappedKey wrapped,
        Memory<byte> destination,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(wrapped);
        cancellationToken.ThrowIfCancellationRequested();
        _keys.Unwrap(context, wrapped, destination.Span);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RootWrappedKey>> RewrapManyAsync(
        IReadOnlyList<RootRewrapItem> items,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(items);
        return new(_keys.RewrapMany(items, cancellationToken));
    }

    /// <summary>Not supported.</summary>
    /// <param name="rootKeyId">Ignored.</param>
    /// <param name="cancellationToken">Ignored.</param>
    /// <returns>Never returns.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RootOperationUnsupported"/>, always.
    /// </exception>
    public ValueTask DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
        throw new CallIntelException(
            CryptoErrorCodes.RootOperationUnsupported,
            "A root key that comes from an environment variable cannot be destroyed by this process.",
            "Remove the key from every place that sets the variable, or use a provider that can destroy keys, such as "
                + "KeyRingFileProvider."
        );

    /// <summary>Zeroes the keys in memory.</summary>
    public void Dispose() => _keys.Dispose();

    static RootKey Load(byte[] material)
    {
        try
        {
            return new RootKey("env", material);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }
}

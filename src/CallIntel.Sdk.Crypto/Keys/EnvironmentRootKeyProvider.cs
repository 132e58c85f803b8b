using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Root keys from environment variables, read once: for containers that get their secrets that way.</summary>
/// <remarks>
/// Thread-safe. The active key is in one variable as 32 bytes in Base64 or hexadecimal; older ones, needed until everything is rewrapped,
/// in a second variable, separated by commas. It cannot destroy a key: nobody can tell who else has the variable.
/// </remarks>
public sealed class EnvironmentRootKeyProvider : IRootKeyProvider, IDisposable
{
    /// <summary>The variable of the active key: <c>CALLINTEL_ROOT_KEY</c>.</summary>
    public const string DefaultVariable = "CALLINTEL_ROOT_KEY";

    /// <summary>What is appended to the variable's name for the older keys: <c>_PREVIOUS</c>.</summary>
    public const string PreviousSuffix = "_PREVIOUS";

    private readonly RootKeySet _keys;

    /// <summary>Reads the keys.</summary>
    /// <param name="variable">The variable of the active key. Default: <see cref="DefaultVariable"/>.</param>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.RootKeyEnvironmentMissing"/>, <see cref="CryptoErrorCodes.RootKeyEnvironmentMalformed"/> or
    /// <see cref="CryptoErrorCodes.RootKeyWeak"/>.
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
    public RootKeyCapabilities Capabilities =>
        new(CanDestroy: false, BindsContext: true, RewrapsInside: false, DestroyDelay: TimeSpan.Zero);

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

    /// <inheritdoc/>
    public ValueTask DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
        throw new CallIntelException(
            CryptoErrorCodes.RootOperationUnsupported,
            "The environment provider cannot destroy a root key.",
            "Remove the key from every place that sets the variable, or use a provider that can destroy, such as the key-ring file."
        );

    /// <summary>Zeroes the keys.</summary>
    public void Dispose() => _keys.Dispose();

    private static RootKey Load(byte[] material)
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

using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Root keys in one JSON file with mode 0600: several versions, one of them active.</summary>
/// <remarks>
/// Thread-safe. Several processes may share the file: each notices when it was replaced before it uses a key. It is changed under a lock
/// file and replaced atomically. A destroyed key is removed from the file and from memory; what the disk or its backups still hold cannot
/// be proved gone, so keep the file on a medium where that matters little, or use a provider with hardware. On Windows the file's
/// access list is the caller's business. A path that is a symbolic link is followed, also when the file is replaced;
/// folders that others may
/// write are refused. Which key is active and which are destroyed is authenticated by a MAC. Back the file up: without
/// it nothing that was encrypted can be read.
/// </remarks>
public sealed class KeyRingFileProvider : IRootKeyProvider, IDisposable
{
    private readonly string _path;
    private readonly KeyRingProtection _protection;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _gate = new();
    private (string File, DateTime Written, long Length) _stamp;
    private RootKeySet? _keys;
    private bool _disposed;

    private KeyRingFileProvider(string path, KeyRingProtection protection, TimeProvider? timeProvider)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(protection);
        _path = path;
        _protection = protection;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public RootKeyCapabilities Capabilities =>
        new(CanDestroy: true, BindsContext: true, RewrapsInside: false, DestroyDelay: TimeSpan.Zero);

    /// <summary>The id of the root key that wraps.</summary>
    /// <exception cref="CallIntelException">The file was replaced by one that cannot be read.</exception>
    public string ActiveRootKeyId
    {
        get
        {
            lock (_gate)
                return Current().ActiveId;
        }
    }

    /// <summary>Makes a new key ring with one random key. Never overwrites a file.</summary>
    /// <param name="path">The file. Its folder has to exist.</param>
    /// <param name="protection">How the keys in it are protected.</param>
    /// <param name="timeProvider">The clock that dates keys. Default: the system's.</param>
    /// <returns>The provider, owned by the caller.</returns>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.KeyRingExists"/>, or why the file could not be written.</exception>
    public static KeyRingFileProvider Create(
        string path,
        KeyRingProtection protection,
        TimeProvider? timeProvider = null
    )
    {
        var provider = new KeyRingFileProvider(path, protection, timeProvider);
        using (KeyRingFile.Lock(path))
        {
            if (File.Exists(path))
            {
                throw new CallIntelException(
                    CryptoErrorCodes.KeyRingExists,
                    $"There is a key ring at '{path}' already.",
                    "Open it with KeyRingFileProvider.Open; overwriting it would make everything encrypted under it unreadable."
                );
            }

            byte[] salt = RandomNumberGenerator.GetBytes(KeyRingDocument.SaltLength);
            var empty = new KeyRingDocument(protection.Kind, KeyRingProtection.MinIterations, salt, []);
            using SecretKey? wrapping = protection.DeriveKey(salt, empty.Iterations);
            KeyRingFile.Replace(
                path,
                KeyRingReader.Seal(empty with { Keys = [provider.NewEntry(1, wrapping)] }, wrapping).ToJson()
            );
        }

        return provider.Loaded();
    }

    /// <summary>Opens a key ring.</summary>
    /// <param name="path">The file.</param>
    /// <param name="protection">How the keys in it are protected. Has to be what the file says.</param>
    /// <param name="timeProvider">The clock that dates keys. Default: the system's.</param>
    /// <returns>The provider, owned by the caller.</returns>
    /// <exception cref="CallIntelException">Codes CI0100 to CI0111: why the file cannot be used.</exception>
    public static KeyRingFileProvider Open(
        string path,
        KeyRingProtection protection,
        TimeProvider? timeProvider = null
    ) => new KeyRingFileProvider(path, protection, timeProvider).Loaded();

    /// <summary>Adds a random key and makes it the active one; the one before it only unwraps from then on.</summary>
    /// <returns>The id of the new root key.</returns>
    /// <exception cref="CallIntelException">Why the file could not be read or written.</exception>
    public string Rotate() =>
        Change(
            (document, wrapping) =>
            {
                KeyRingEntry added = NewEntry(document.Keys.Max(k => k.Version) + 1, wrapping);
                return document with
                {
                    Keys =
                    [
                        .. document.Keys.Select(k =>
                            k.State == KeyRingDocument.ActiveState
                                ? k with
                                {
                                    State = KeyRingDocument.DecryptOnlyState,
                                }
                                : k
                        ),
                        added,
                    ],
                };
            }
        );

    /// <inheritdoc/>
    public ValueTask DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(rootKeyId);
        cancellationToken.ThrowIfCancellationRequested();
        Change(
            (document, _) =>
            {
                lock (_gate)
                    Current().Find(rootKeyId);

                if (document.Active.Id == rootKeyId)
                {
                    throw new CallIntelException(
                        CryptoErrorCodes.RootKeyActive,
                        $"The root key '{rootKeyId}' is the active one.",
                        "Rotate the key ring and rewrap the org keys first."
                    );
                }

                return document with
                {
                    Keys =
                    [
                        .. document.Keys.Select(k =>
                            k.Id == rootKeyId ? k with { State = KeyRingDocument.DestroyedState, Key = [] } : k
                        ),
                    ],
                };
            }
        );
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<RootWrappedKey> WrapAsync(
        RootKeyContext context,
        ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return new(Current().Wrap(context, key.Span));
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
        lock (_gate)
            Current().Unwrap(context, wrapped, destination.Span);

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RootWrappedKey>> RewrapManyAsync(
        IReadOnlyList<RootRewrapItem> items,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(items);
        lock (_gate)
            return new(Current().RewrapMany(items, cancellationToken));
    }

    /// <summary>Zeroes the keys in memory. The file is not read again afterwards.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _keys?.Dispose();
        }
    }

    private KeyRingFileProvider Loaded()
    {
        lock (_gate)
            Current();

        return this;
    }

    /// <summary>The keys, read again if the file was replaced. Under the gate.</summary>
    private RootKeySet Current()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        (string File, DateTime Written, long Length) stamp = KeyRingFile.Stamp(_path);
        if (_keys is not null && stamp == _stamp)
            return _keys;

        RootKeySet keys = KeyRingReader.Load(KeyRingDocument.Parse(KeyRingFile.Read(_path)), _protection);
        _keys?.Dispose();
        _keys = keys;
        _stamp = stamp;
        return keys;
    }

    private string Change(Func<KeyRingDocument, SecretKey?, KeyRingDocument> change)
    {
        lock (_gate)
            ObjectDisposedException.ThrowIf(_disposed, this);

        using FileStream held = KeyRingFile.Lock(_path);
        KeyRingDocument document = KeyRingDocument.Parse(KeyRingFile.Read(_path));
        using SecretKey? wrapping = KeyRingReader.DeriveKey(document, _protection);

        // Verified before it is changed: a ring that was altered must not be sealed again.
        KeyRingReader.Load(document, wrapping).Dispose();
        KeyRingFile.Replace(_path, KeyRingReader.Seal(change(document, wrapping), wrapping).ToJson());
        lock (_gate)
            return Current().ActiveId;
    }

    private KeyRingEntry NewEntry(int version, SecretKey? wrapping)
    {
        byte[] material = RandomNumberGenerator.GetBytes(SecretKey.Length);
        try
        {
            using var key = new RootKey($"ring-{version}", material);
            return new KeyRingEntry(
                version,
                key.Id,
                KeyRingDocument.ActiveState,
                _timeProvider.GetUtcNow(),
                KeyRingReader.Protect(material, version, wrapping)
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }
}

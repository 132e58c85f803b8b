using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Keeps root keys in one JSON file with mode 0600: several versions, one of which is active.</summary>
/// <remarks>
/// <para>Back the file up: without it, nothing that was encrypted can be read.</para>
/// <para>
/// Thread-safe. Several processes can share the file. Each of them reads it again when it was replaced. Changes are
/// made under a lock file and are atomic. A MAC authenticates which key is active and which keys are destroyed.
/// </para>
/// <para>
/// Symbolic links are followed. Folders that other users can write to are rejected. On Windows, set the access control
/// list of the file yourself. A destroyed key is removed from the file and from memory, but the disk or backups may
/// still contain it.
/// </para>
/// </remarks>
public sealed class KeyRingFileProvider : IRootKeyProvider, IDisposable
{
    readonly string _path;
    readonly KeyRingProtection _protection;
    readonly TimeProvider _timeProvider;
    readonly Lock _gate = new();
    (string File, DateTime Written, long Length) _stamp;
    RootKeySet? _keys;
    bool _disposed;

    KeyRingFileProvider(string path, KeyRingProtection protection, TimeProvider? timeProvider)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(protection);
        _path = path;
        _protection = protection;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Gets the id of the active root key, which wraps new keys.</summary>
    /// <exception cref="CallIntelException">
    /// The file was replaced and cannot be read. Codes as for <see cref="Open"/>.
    /// </exception>
    public string ActiveRootKeyId
    {
        get
        {
            lock (_gate)
                return Current().ActiveId;
        }
    }

    /// <summary>Creates a key-ring file with one random key. Never overwrites a file.</summary>
    /// <param name="path">The path of the file. Its folder has to exist.</param>
    /// <param name="protection">How the keys in the file are encrypted.</param>
    /// <param name="timeProvider">The clock for the creation time of keys. Default: the system clock.</param>
    /// <returns>The provider. The caller disposes it.</returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyRingExists"/>, <see cref="CryptoErrorCodes.KeyRingNotPrivate"/>,
    /// <see cref="CryptoErrorCodes.KeyRingBusy"/> or <see cref="CryptoErrorCodes.KeyRingIoFailed"/>.
    /// </exception>
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
                    $"A key ring already exists at '{path}'.",
                    "Open it with KeyRingFileProvider.Open. Overwriting it would make all data under it unreadable."
                );
            }

            byte[] salt = RandomNumberGenerator.GetBytes(KeyRingDocument.SaltLength);
            var empty = new KeyRingDocument(protection.Kind, KeyRingProtection.MinIterations, salt, []);
            using SecretKey? wrapping = protection.DeriveKey(salt, empty.Iterations);
            KeyRingFile.Replace(
                path,
                KeyRingReader.Sign(empty with { Keys = [provider.NewEntry(1, wrapping)] }, wrapping).ToJson()
            );
        }

        return provider.Load();
    }

    /// <summary>Opens an existing key-ring file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="protection">How the keys in the file are encrypted. It has to match the file.</param>
    /// <param name="timeProvider">The clock for the creation time of keys. Default: the system clock.</param>
    /// <returns>The provider. The caller disposes it.</returns>
    /// <exception cref="CallIntelException">
    /// The file cannot be used: CI0100 to CI0111 or CI0119. See <see cref="CryptoErrorCodes"/>.
    /// </exception>
    public static KeyRingFileProvider Open(
        string path,
        KeyRingProtection protection,
        TimeProvider? timeProvider = null
    ) => new KeyRingFileProvider(path, protection, timeProvider).Load();

    /// <summary>
    /// Adds a random key and makes it the active one. The previous key stays in the file to unwrap existing keys.
    /// </summary>
    /// <returns>The id of the new root key.</returns>
    /// <exception cref="CallIntelException">
    /// The file cannot be read or written. Codes as for <see cref="Open"/>.
    /// </exception>
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
                        $"The root key '{rootKeyId}' is the active one and cannot be destroyed.",
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

    /// <summary>Zeroes the keys in memory. Later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _keys?.Dispose();
        }
    }

    KeyRingFileProvider Load()
    {
        lock (_gate)
            Current();

        return this;
    }

    /// <summary>Returns the keys, read again if the file was replaced. Call it while holding the lock.</summary>
    RootKeySet Current()
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

    string Change(Func<KeyRingDocument, SecretKey?, KeyRingDocument> change)
    {
        lock (_gate)
            ObjectDisposedException.ThrowIf(_disposed, this);

        using FileStream held = KeyRingFile.Lock(_path);
        KeyRingDocument document = KeyRingDocument.Parse(KeyRingFile.Read(_path));
        using SecretKey? wrapping = KeyRingReader.DeriveKey(document, _protection);

        // Verified before the change: a manipulated key ring must not get a valid MAC.
        KeyRingReader.Load(document, wrapping).Dispose();
        KeyRingFile.Replace(_path, KeyRingReader.Sign(change(document, wrapping), wrapping).ToJson());
        lock (_gate)
            return Current().ActiveId;
    }

    KeyRingEntry NewEntry(int version, SecretKey? wrapping)
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

using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Primitives;

/// <summary>
/// 32 bytes of key material in pinned memory, so that the garbage collector leaves no copies. Reference-counted: the
/// bytes are zeroed when the last reference is released. A caller without a reference must not read the bytes, because
/// they may already be zeros.
/// </summary>
class SecretKey : IDisposable
{
    internal const int Length = 32;

    readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
    int _references = 1;
    int _disposed;
    int _zeroed;
    volatile bool _closed;

    internal SecretKey(ReadOnlySpan<byte> material)
    {
        if (material.Length != Length)
            throw new ArgumentException("A key has 32 bytes.", nameof(material));

        material.CopyTo(_bytes);
    }

    SecretKey() => RandomNumberGenerator.Fill(_bytes);

    /// <summary>The key material. Read it only while holding a reference.</summary>
    internal ReadOnlyMemory<byte> Memory => _bytes;

    /// <inheritdoc cref="Memory"/>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>
    /// Whether the key material is zeroed. A result computed from <see cref="Bytes"/> is valid only if this is still
    /// false afterwards.
    /// </summary>
    internal bool IsZeroed
    {
        get
        {
            // Earlier reads of the bytes must not be reordered after the read of the flag.
            Interlocked.MemoryBarrier();
            return Volatile.Read(ref _zeroed) != 0;
        }
    }

    internal static SecretKey Generate() => new();

    /// <summary>Takes a reference. Fails if the key is closed or the last reference was released.</summary>
    internal bool TryAcquire()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0 && !_closed)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
                return true;

            references = seen;
        }

        return false;
    }

    /// <summary>Releases a reference.</summary>
    /// <exception cref="InvalidOperationException">More references were released than taken.</exception>
    internal void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        if (left > 0)
            return;

        if (left < 0)
            throw new InvalidOperationException("A reference to a key was released more often than it was taken.");

        // The flag is set first, so that a reader that sees zeros also sees the flag.
        Interlocked.Exchange(ref _zeroed, 1);
        CryptographicOperations.ZeroMemory(_bytes);
        OnZeroed();
    }

    /// <summary>
    /// Releases the owner's reference, once. References that others hold keep working, and more can be taken.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Release();
    }

    /// <summary>
    /// Releases the owner's reference and hands out no more. The key is zeroed when the calls that are running now end.
    /// </summary>
    internal void Close()
    {
        _closed = true;
        Dispose();
    }

    private protected virtual void OnZeroed() { }
}

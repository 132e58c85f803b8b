using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// 32 bytes of key material in memory that the collector does not move, counted by reference and zeroed with the last one.
/// A caller that fails to take a reference must not touch the bytes: they may be zeros already.
/// </summary>
internal class SecretKey : IDisposable
{
    internal const int Length = 32;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
    private int _references = 1;
    private int _disposed;
    private int _zeroed;
    private volatile bool _closed;

    internal SecretKey(ReadOnlySpan<byte> material)
    {
        if (material.Length != Length)
            throw new ArgumentException("A key has 32 bytes.", nameof(material));

        material.CopyTo(_bytes);
    }

    private SecretKey() => RandomNumberGenerator.Fill(_bytes);

    /// <summary>The material. Only while holding a reference.</summary>
    internal ReadOnlyMemory<byte> Memory => _bytes;

    /// <inheritdoc cref="Memory"/>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>
    /// Whether the material is gone. What was made from <see cref="Bytes"/> is only good if this is still false
    /// afterwards.
    /// </summary>
    internal bool IsZeroed
    {
        get
        {
            // The reads of the bytes that came before must not be moved behind the read of the flag.
            Interlocked.MemoryBarrier();
            return Volatile.Read(ref _zeroed) != 0;
        }
    }

    internal static SecretKey Generate() => new();

    /// <summary>Takes a reference, unless the key is closed or the last reference is gone.</summary>
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

    /// <summary>Gives a reference back.</summary>
    /// <exception cref="InvalidOperationException">More references were given back than were taken.</exception>
    internal void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        if (left > 0)
            return;

        if (left < 0)
            throw new InvalidOperationException("A reference to a key was given back more often than it was taken.");

        // The flag goes first: whoever reads zeros finds it set.
        Interlocked.Exchange(ref _zeroed, 1);
        CryptographicOperations.ZeroMemory(_bytes);
        OnZeroed();
    }

    /// <summary>
    /// Gives the owner's reference back, once. References that others hold go on working, also to take more of them.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Release();
    }

    /// <summary>
    /// Gives the owner's reference back and grants no more: the key is zeroed as soon as the calls that run now are
    /// over.
    /// </summary>
    internal void Close()
    {
        _closed = true;
        Dispose();
    }

    private protected virtual void OnZeroed() { }
}

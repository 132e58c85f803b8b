using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// 32 bytes of key material in memory that the collector does not move, counted by reference and zeroed with the last one.
/// Whoever fails to take a reference must not touch the bytes: they may be zeros already.
/// </summary>
internal class SecretKey : IDisposable
{
    internal const int Length = 32;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
    private int _references = 1;
    private int _disposed;

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

    internal static SecretKey Generate() => new();

    /// <summary>Takes a reference, unless the last one is gone.</summary>
    internal bool TryAcquire()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
                return true;

            references = seen;
        }

        return false;
    }

    /// <summary>Gives a reference back.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;

        CryptographicOperations.ZeroMemory(_bytes);
        OnZeroed();
    }

    /// <summary>Gives the owner's reference back, once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Release();
    }

    private protected virtual void OnZeroed()
    {
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Primitives;

/// <summary>
/// A key with a bounded pool of <see cref="AesGcm"/> instances for it. An <see cref="AesGcm"/> is thread-safe on
/// Windows only (dotnet/runtime#53320), and creating one per call costs more than encrypting a message. Each caller
/// therefore rents an instance, which also keeps the key in memory.
/// </summary>
sealed class KeyedCipher(ReadOnlySpan<byte> material) : SecretKey(material)
{
    internal static readonly int MaxPooled = 2 * Environment.ProcessorCount;

    AesGcm? _first;
    AesGcm?[]? _others;

    /// <summary>
    /// Takes a reference and a cipher; false if the key is zeroed or closed. Release both with <see cref="Return"/>.
    /// </summary>
    internal bool TryRent([NotNullWhen(true)] out AesGcm? cipher)
    {
        if (!TryAcquire())
        {
            cipher = null;
            return false;
        }

        cipher = Interlocked.Exchange(ref _first, null) ?? RentSlow();

        // Checked after the cipher was created: a bug in the reference count must make the call fail, never encrypt
        // under a key of 32 zeros.
        if (!IsZeroed)
            return true;

        cipher.Dispose();
        cipher = null;
        return false;
    }

    internal void Return(AesGcm cipher)
    {
        // Returned to the pool before the reference is released: releasing the last reference empties the pool.
        if (Interlocked.CompareExchange(ref _first, cipher, null) is not null)
            ReturnSlow(cipher);

        Release();
    }

    private protected override void OnZeroed()
    {
        Interlocked.Exchange(ref _first, null)?.Dispose();
        AesGcm?[]? others = Volatile.Read(ref _others);
        if (others is null)
            return;

        for (int i = 0; i < others.Length; i++)
            Interlocked.Exchange(ref others[i], null)?.Dispose();
    }

    AesGcm RentSlow()
    {
        AesGcm?[]? others = Volatile.Read(ref _others);
        if (others is not null)
        {
            for (int i = 0; i < others.Length; i++)
            {
                if (Volatile.Read(ref others[i]) is not null && Interlocked.Exchange(ref others[i], null) is { } pooled)
                    return pooled;
            }
        }

        try
        {
            return new AesGcm(Bytes, AesGcmSizes.Tag);
        }
        catch
        {
            Release();
            throw;
        }
    }

    void ReturnSlow(AesGcm cipher)
    {
        AesGcm?[] others = Volatile.Read(ref _others) ?? CreateOthers();
        for (int i = 0; i < others.Length; i++)
        {
            if (
                Volatile.Read(ref others[i]) is null
                && Interlocked.CompareExchange(ref others[i], cipher, null) is null
            )
                return;
        }

        cipher.Dispose();
    }

    AesGcm?[] CreateOthers()
    {
        var created = new AesGcm?[MaxPooled - 1];
        return Interlocked.CompareExchange(ref _others, created, null) ?? created;
    }
}

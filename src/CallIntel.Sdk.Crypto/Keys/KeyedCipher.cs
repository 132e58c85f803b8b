using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// A key with a bounded pool of ciphers set up for it. One <see cref="AesGcm"/> is not thread-safe off Windows (dotnet/runtime#53320),
/// and making one for each call costs more than encrypting a message: so each caller rents one, and holds the key alive by it.
/// </summary>
internal sealed class KeyedCipher(ReadOnlySpan<byte> material) : SecretKey(material)
{
    internal static readonly int MaxPooled = 2 * Environment.ProcessorCount;

    private AesGcm? _first;
    private AesGcm?[]? _others;

    /// <summary>Takes a reference and a cipher; false when the key is gone. Give both back by <see cref="Return"/>.</summary>
    internal bool TryRent([NotNullWhen(true)] out AesGcm? cipher)
    {
        if (!TryAcquire())
        {
            cipher = null;
            return false;
        }

        cipher = Interlocked.Exchange(ref _first, null) ?? RentSlow();

        // Looked at after the cipher was made: a fault in the counting must end as a refusal, never as a cipher of 32
        // zeros.
        if (!IsZeroed)
            return true;

        cipher.Dispose();
        cipher = null;
        return false;
    }

    internal void Return(AesGcm cipher)
    {
        // Into the pool before the reference goes: whoever drops the last one empties the pool.
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

    private AesGcm RentSlow()
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
            return new AesGcm(Bytes, Envelope.EnvelopeFormat.TagLength);
        }
        catch
        {
            Release();
            throw;
        }
    }

    private void ReturnSlow(AesGcm cipher)
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

    private AesGcm?[] CreateOthers()
    {
        var created = new AesGcm?[MaxPooled - 1];
        return Interlocked.CompareExchange(ref _others, created, null) ?? created;
    }
}

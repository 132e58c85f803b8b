using System.Buffers;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Memory for the envelopes of a batch, in large arrays that the next batch uses again: an array for each was half of
/// what a row allocated.
/// </summary>
/// <remarks>
/// Not thread-safe. What was taken is valid until <see cref="Clear"/>. It holds envelopes only, so there is nothing to
/// wipe.
/// </remarks>
sealed class EnvelopeBuffer : IDisposable
{
    const int SmallestChunk = 4 * 1024,
        LargestChunk = 256 * 1024;

    readonly List<byte[]> _chunks = [];
    int _used;
    Memory<byte> _free;

    internal Memory<byte> Take(int length)
    {
        while (length > _free.Length)
        {
            if (_used == _chunks.Count)
                // a batch of one record needs little
                _chunks.Add(
                    ArrayPool<byte>.Shared.Rent(
                        Math.Max(Math.Min(SmallestChunk << Math.Min(_used, 16), LargestChunk), length)
                    )
                );
            _free = _chunks[_used++];
        }
        Memory<byte> taken = _free[..length];
        _free = _free[length..];
        return taken;
    }

    internal void Clear() => (_used, _free) = (0, default);

    public void Dispose()
    {
        Clear();
        foreach (byte[] chunk in _chunks)
            ArrayPool<byte>.Shared.Return(chunk);
        _chunks.Clear();
    }
}

using System.Buffers;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Allocates memory for the envelopes of a batch from large arrays that the next batch reuses. Separate arrays caused
/// half of the allocations per row.
/// </summary>
/// <remarks>
/// Not thread-safe. Memory remains valid until <see cref="Clear"/>. It contains only envelopes, so it does not have to
/// be cleared.
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
                // A batch with a single record needs only a small chunk.
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

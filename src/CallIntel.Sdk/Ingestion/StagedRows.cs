using System.Buffers;
using System.Collections;

namespace CallIntel.Sdk.Ingestion;

/// <summary>The rows of a batch, in memory that is used again by the next batch and the next run: they take megabytes.</summary>
/// <remarks>Not thread-safe.</remarks>
sealed class StagedRows : IReadOnlyList<StagedEvent>, IDisposable
{
    const int FirstCapacity = 4;

    StagedEvent[] _rows = [];

    public int Count { get; private set; }

    public StagedEvent this[int index] => Span[index];

    /// <summary>To read and change in place. Valid until the next <see cref="Add"/>.</summary>
    internal Span<StagedEvent> Span => _rows.AsSpan(0, Count);

    internal void Add(in StagedEvent row)
    {
        if (Count == _rows.Length)
        {
            StagedEvent[] larger = ArrayPool<StagedEvent>.Shared.Rent(Math.Max(FirstCapacity, 2 * Count));
            Span.CopyTo(larger);
            int count = Count;
            Dispose();
            (_rows, Count) = (larger, count);
        }
        _rows[Count++] = row;
    }

    internal delegate bool RowTest(in StagedEvent row);

    /// <returns>How many there were.</returns>
    internal int RemoveAll(RowTest test)
    {
        int kept = 0, count = Count;
        foreach (ref StagedEvent row in Span)
            if (!test(in row))
                _rows[kept++] = row;
        Span[kept..].Clear();
        Count = kept;
        return count - kept;
    }

    /// <summary>Keeps the memory, but nobody's text.</summary>
    internal void Clear()
    {
        Span.Clear();
        Count = 0;
    }

    public void Dispose()
    {
        Clear();
        if (_rows.Length > 0)
            ArrayPool<StagedEvent>.Shared.Return(_rows);
        _rows = [];
    }

    public IEnumerator<StagedEvent> GetEnumerator() => _rows.Take(Count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

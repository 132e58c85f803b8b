using System.Buffers;
using System.Collections;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// The rows of a batch in chunks of memory that later batches and runs reuse. The rows take megabytes, and a single
/// growing array would waste up to half of its length and all shorter arrays before it.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
sealed class StagedRows : IReadOnlyList<StagedEvent>, IDisposable
{
    const int FirstLength = 4,
        ChunkBits = 12,
        ChunkLength = 1 << ChunkBits;

    readonly List<StagedEvent[]> _chunks = [];

    public int Count { get; private set; }

    /// <summary>
    /// Gets a row to read or change in place. The reference is valid until the next <see cref="Add"/>.
    /// </summary>
    internal ref StagedEvent this[int index] => ref _chunks[index >> ChunkBits][index & (ChunkLength - 1)];

    StagedEvent IReadOnlyList<StagedEvent>.this[int index] => this[index];

    internal void Add(in StagedEvent row)
    {
        int chunk = Count >> ChunkBits;
        if (chunk == _chunks.Count)
            _chunks.Add(ArrayPool<StagedEvent>.Shared.Rent(chunk == 0 ? FirstLength : ChunkLength));
        else if (chunk == 0 && Count == _chunks[0].Length)
            GrowFirst();
        this[Count++] = row;
    }

    internal delegate bool RowTest(in StagedEvent row);

    /// <returns>The number of rows removed.</returns>
    internal int RemoveAll(RowTest test)
    {
        int kept = 0,
            count = Count;
        foreach (ref StagedEvent row in this)
            if (!test(in row))
                this[kept++] = row;
        for (int i = kept; i < count; i++)
            this[i] = default;
        Count = kept;
        return count - kept;
    }

    /// <summary>Removes all rows and their texts, but keeps the memory.</summary>
    internal void Clear()
    {
        for (int chunk = 0, first = 0; first < Count; chunk++, first += ChunkLength)
            _chunks[chunk].AsSpan(0, Math.Min(ChunkLength, Count - first)).Clear();
        Count = 0;
    }

    public void Dispose()
    {
        Clear();
        foreach (StagedEvent[] chunk in _chunks)
            ArrayPool<StagedEvent>.Shared.Return(chunk);
        _chunks.Clear();
    }

    /// <summary>Grows the first chunk gradually, because most webhook batches have only a few rows.</summary>
    void GrowFirst()
    {
        StagedEvent[] small = _chunks[0];
        _chunks[0] = ArrayPool<StagedEvent>.Shared.Rent(2 * small.Length);
        small.CopyTo(_chunks[0], 0);
        ArrayPool<StagedEvent>.Shared.Return(small, clearArray: true);
    }

    public Enumerator GetEnumerator() => new(this);

    IEnumerator<StagedEvent> IEnumerable<StagedEvent>.GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<StagedEvent>)this).GetEnumerator();

    /// <summary>Enumerates the rows to read or change in place.</summary>
    internal struct Enumerator(StagedRows rows)
    {
        int _index = -1;

        public readonly ref StagedEvent Current => ref rows[_index];

        public bool MoveNext() => ++_index < rows.Count;
    }
}

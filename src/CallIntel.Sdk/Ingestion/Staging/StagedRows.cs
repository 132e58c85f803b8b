using System.Buffers;
using System.Collections;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// The rows of a batch, in chunks of memory that are used again by the next batch and the next run: they take
/// megabytes, and one array for them would leave half of its length and all shorter ones it grew through unused.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
sealed class StagedRows : IReadOnlyList<StagedEvent>, IDisposable
{
    const int FirstLength = 4,
        ChunkBits = 12,
        ChunkLength = 1 << ChunkBits;

    readonly List<StagedEvent[]> _chunks = [];

    public int Count { get; private set; }

    /// <summary>To read and change in place. Valid until the next <see cref="Add"/>.</summary>
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

    /// <returns>How many there were.</returns>
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

    /// <summary>Keeps the memory, but nobody's text.</summary>
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

    /// <summary>Most batches of the stream lane hold a row or a few.</summary>
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

    /// <summary>Gives the rows to read and change in place.</summary>
    internal struct Enumerator(StagedRows rows)
    {
        int _index = -1;

        public readonly ref StagedEvent Current => ref rows[_index];

        public bool MoveNext() => ++_index < rows.Count;
    }
}

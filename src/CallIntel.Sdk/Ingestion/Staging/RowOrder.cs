using System.Buffers;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Which rows of a batch are sent, and in which order: that of their keys, so that indexes grow at their right edge.
/// Deliveries that say what another of them says, in the batch or in one that is under way, are left out: they are
/// duplicates, whatever becomes of the other.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
sealed class RowOrder : IDisposable
{
    (Guid Id, int Row)[] _rows = [];

    /// <summary>How many rows are sent.</summary>
    internal int Count { get; private set; }

    /// <summary>
    /// Whether a record is told in several ways, here or under way: such deliveries have to be merged one after the
    /// other.
    /// </summary>
    internal bool HasConflicts { get; private set; }

    internal int this[int place] => _rows[place].Row;

    ReadOnlySpan<(Guid Id, int Row)> Span => _rows.AsSpan(0, Count);

    /// <param name="rows">Those of the batch.</param>
    /// <param name="underway">
    /// Batches that were sent before and may not be stored yet, the last one last. Their rows are only read.
    /// </param>
    internal void Arrange(StagedRows rows, IReadOnlyList<IngestBatch> underway)
    {
        Sort(rows);
        HasConflicts = false;
        LeaveOutRepeated(rows);
        // what was told differently since does not stay behind because it was told so before
        for (int i = underway.Count - 1; i >= 0 && !HasConflicts; i--)
            LeaveOutSent(rows, underway[i]);
    }

    internal void Clear() => Count = 0;

    public void Dispose()
    {
        Clear();
        if (_rows.Length > 0)
            ArrayPool<(Guid Id, int Row)>.Shared.Return(_rows);
        _rows = [];
    }

    /// <summary>Of one key in the order they came. Rows are too large to be moved about for it.</summary>
    void Sort(StagedRows rows)
    {
        if (_rows.Length < rows.Count)
        {
            Dispose();
            _rows = ArrayPool<(Guid Id, int Row)>.Shared.Rent(rows.Count);
        }
        Count = rows.Count;
        bool sorted = true;
        for (int i = 0; i < rows.Count; i++)
        {
            _rows[i] = (rows[i].Id, i);
            sorted &= i == 0 || _rows[i - 1].Id.CompareTo(_rows[i].Id) <= 0;
        }
        if (!sorted)
            _rows.AsSpan(0, Count).Sort();
    }

    /// <summary>Keeps the last of several deliveries that say the same.</summary>
    void LeaveOutRepeated(StagedRows rows)
    {
        int kept = 0;
        for (int first = 0, end; first < Count; first = end)
        {
            end = first + 1;
            bool same = true;
            for (; end < Count && _rows[end].Id == _rows[first].Id; end++)
                same &= rows[_rows[end].Row].ReportsSameAs(in rows[_rows[first].Row]);
            HasConflicts |= !same;
            for (int i = same ? end - 1 : first; i < end; i++)
                _rows[kept++] = _rows[i];
        }
        Count = kept;
    }

    /// <summary>Both are in order, so one pass over both finds what is in both.</summary>
    void LeaveOutSent(StagedRows rows, IngestBatch sent)
    {
        ReadOnlySpan<(Guid Id, int Row)> theirs = sent.Order.Span;
        if (theirs.IsEmpty || Count == 0 || theirs[^1].Id.CompareTo(_rows[0].Id) < 0)
            return;
        StagedRows sentRows = sent.Events;
        int kept = 0,
            other = 0;
        for (int i = 0; i < Count; i++)
        {
            while (other < theirs.Length && theirs[other].Id.CompareTo(_rows[i].Id) < 0)
                other++;
            bool same = other < theirs.Length && theirs[other].Id == _rows[i].Id;
            // the last of them counts
            for (int last = other; same && last < theirs.Length && theirs[last].Id == _rows[i].Id; last++)
                same = rows[_rows[i].Row].ReportsSameAs(in sentRows[theirs[last].Row]);
            HasConflicts |= !same && other < theirs.Length && theirs[other].Id == _rows[i].Id;
            if (!same)
                _rows[kept++] = _rows[i];
        }
        Count = kept;
    }
}

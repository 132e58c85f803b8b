using System.Buffers;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Determines which rows of a batch are sent and in which order. Rows are sorted by their keys, so that indexes grow at
/// their right edge. A row that repeats another row of the batch, or of a batch in progress, is left out: it is a
/// duplicate whether or not the other row is stored by this run.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
sealed class RowOrder : IDisposable
{
    (Guid Id, int Row)[] _rows = [];

    /// <summary>The number of rows to send.</summary>
    internal int Count { get; private set; }

    /// <summary>
    /// Whether a record is reported with different values in this batch or in batches in progress. Such batches must be
    /// merged one after the other.
    /// </summary>
    internal bool HasConflicts { get; private set; }

    internal int this[int place] => _rows[place].Row;

    ReadOnlySpan<(Guid Id, int Row)> Span => _rows.AsSpan(0, Count);

    /// <param name="rows">The rows of the batch.</param>
    /// <param name="underway">
    /// The batches that were sent earlier and may not be stored yet, in the order they were sent. Their rows are only
    /// read.
    /// </param>
    internal void Arrange(StagedRows rows, IReadOnlyList<IngestBatch> underway)
    {
        Sort(rows);
        HasConflicts = false;
        LeaveOutRepeated(rows);
        // Compare with the latest batch first: a row is not a duplicate if a later batch changed the record again.
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

    /// <summary>
    /// Sorts the indexes of the rows by key and then by arrival. The rows themselves are too large to be moved
    /// efficiently.
    /// </summary>
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

    /// <summary>Keeps only the last of several identical rows.</summary>
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

    /// <summary>Removes rows that a batch in progress contains. Both are sorted, so one pass is sufficient.</summary>
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
            // The last row with the same id determines what is stored.
            for (int last = other; same && last < theirs.Length && theirs[last].Id == _rows[i].Id; last++)
                same = rows[_rows[i].Row].ReportsSameAs(in sentRows[theirs[last].Row]);
            HasConflicts |= !same && other < theirs.Length && theirs[other].Id == _rows[i].Id;
            if (!same)
                _rows[kept++] = _rows[i];
        }
        Count = kept;
    }
}

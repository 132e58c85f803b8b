using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Leaves out of a batch what is stored exactly so, before it is encrypted, copied and merged: a delivery that comes
/// again costs a look instead of a load. A few records of each batch are looked up; only if at least half of them are
/// known, the others are too.
/// </summary>
/// <remarks>Not thread-safe: one for each run.</remarks>
sealed class DuplicateFilter(SessionTransport session, IngestSource source)
{
    const int Sample = 100;

    static readonly string FindSql =
        $"select callintel.find_duplicates({EventColumns.Placeholders(1, EventColumns.Compared)})";

    readonly List<int> _comparable = [];

    /// <param name="batch">Its contacts are resolved; nothing of it is encrypted yet.</param>
    /// <param name="before">
    /// Ends when the batches before that store events are stored: what one of them tells differently is not what stands
    /// now.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal async Task RemoveDuplicatesAsync(IngestBatch batch, Task before, CancellationToken cancellationToken)
    {
        CollectComparable(batch.Events);
        if (_comparable.Count == 0)
            return;
        if (_comparable.Count > Sample)
        {
            int[] sample =
            [
                .. Enumerable.Range(0, Sample).Select(i => _comparable[(int)((long)i * _comparable.Count / Sample)]),
            ];
            if (2 * (await FindAsync(batch.Events, sample, cancellationToken).ConfigureAwait(false)).Length < Sample)
                return;
        }
        await before.WaitAsync(cancellationToken).ConfigureAwait(false);
        // two look-ups at once: while they run, the batch that is being read takes but one processor
        int half = _comparable.Count / 2;
        List<int>[] halves = [_comparable[..half], _comparable[half..]];
        int[][] found = await Task.WhenAll(halves.Select(rows => FindAsync(batch.Events, rows, cancellationToken)))
            .ConfigureAwait(false);
        for (int i = 0; i < halves.Length; i++)
            foreach (int place in found[i])
                batch.Events[halves[i][place - 1]].IsDuplicate = true;
        KeepChanged(batch.Events);
        batch.Duplicates = batch.Events.RemoveAll((in row) => row.IsDuplicate);
    }

    /// <summary>
    /// Records that say more than facts and words, or when they last changed, are for the merge to compare. So is a
    /// record that may be known at another time.
    /// </summary>
    void CollectComparable(StagedRows rows)
    {
        _comparable.Clear();
        for (int i = 0; !source.TimesMayChange && i < rows.Count; i++)
            if (rows[i].IsPlain)
                _comparable.Add(i);
    }

    /// <summary>
    /// Of several deliveries of a record in a batch the last counts, so all of them go on unless all are duplicates.
    /// </summary>
    static void KeepChanged(StagedRows rows)
    {
        HashSet<Guid> different = [];
        foreach (ref StagedEvent row in rows)
            if (!row.IsDuplicate)
                different.Add(row.Id);
        foreach (ref StagedEvent row in rows)
            row.IsDuplicate &= !different.Contains(row.Id);
    }

    /// <returns>Places in <paramref name="chosen"/>, from 1.</returns>
    async Task<int[]> FindAsync(StagedRows rows, IReadOnlyList<int> chosen, CancellationToken cancellationToken)
    {
        if (chosen.Count == 0)
            return [];
        NpgsqlBatchCommand find = new NpgsqlBatchCommand(FindSql).With([
            .. EventColumns.Compared.Select(column => column.ManyOrEmpty(rows, chosen)),
        ]);
        return (
            await session
                .ListAsync(find, reader => reader.GetFieldValue<int[]>(0), cancellationToken)
                .ConfigureAwait(false)
        )[0];
    }
}

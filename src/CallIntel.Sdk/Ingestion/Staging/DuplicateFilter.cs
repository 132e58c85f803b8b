using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Removes unchanged records from a batch before it is encrypted, copied and merged, so that importing a file again
/// costs only lookups. Looks up a sample of each batch, and the other records only if at least half of the sample is
/// stored.
/// </summary>
/// <remarks>Not thread-safe. Use one instance per run.</remarks>
sealed class DuplicateFilter(SessionTransport session, IngestSource source)
{
    const int Sample = 100;

    static readonly string FindSql =
        $"select callintel.find_duplicates({EventColumns.Placeholders(1, EventColumns.Compared)})";

    readonly List<int> _comparable = [];

    /// <param name="batch">The batch, with contacts resolved and nothing encrypted yet.</param>
    /// <param name="before">
    /// Completes when earlier batches that store events are stored. Their changes must be visible to the lookup.
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
        // Two concurrent lookups. Meanwhile, reading the next batch keeps only one processor busy.
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
    /// Collects the records that can be compared by a lookup. Records with details or a modification time are left to
    /// the merge, and so are records whose time may have changed.
    /// </summary>
    void CollectComparable(StagedRows rows)
    {
        _comparable.Clear();
        for (int i = 0; !source.TimesMayChange && i < rows.Count; i++)
            if (rows[i].IsPlain)
                _comparable.Add(i);
    }

    /// <summary>
    /// Keeps all occurrences of a record in the batch unless all of them are duplicates, because the last one
    /// determines what is stored.
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

    /// <returns>
    /// The positions in <paramref name="chosen"/> of the records that are stored and unchanged, starting at 1.
    /// </returns>
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

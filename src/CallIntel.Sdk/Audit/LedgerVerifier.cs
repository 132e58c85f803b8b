namespace CallIntel.Sdk.Audit;

/// <summary>
/// Compares the ledgers of an org with their leaves, the leaves with the signed checkpoints, and the checkpoints with
/// those that the sink keeps outside of the database.
/// </summary>
sealed partial class LedgerVerifier(SealReader reader, SealKeyRing keys, ICheckpointSink? sink)
{
    /// <summary>How far the clock of the database may have been set back between two seals.</summary>
    static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    readonly SealReader _reader = reader;
    readonly SealKeyRing _keys = keys;
    readonly ICheckpointSink? _sink = sink;
    readonly List<AuditFinding> _findings = [];
    List<StoredCheckpoint> _checkpoints = [];
    StoredCheckpoint[] _seals = [];
    long _entries,
        _pending;

    internal async Task<AuditVerification> RunAsync(CancellationToken cancellationToken)
    {
        _checkpoints = await _reader.CheckpointsAsync(cancellationToken).ConfigureAwait(false);
        _seals =
        [
            .. _checkpoints
                .Where(c => !c.Identity.EndsWith(LedgerSealer.RestoredSuffix, StringComparison.Ordinal))
                .OrderBy(c => c.SealedAt),
        ];
        foreach (StoredCheckpoint checkpoint in _checkpoints)
            VerifySignature(checkpoint);
        List<DateOnly> retired = [];
        foreach (DateOnly month in await MonthsAsync(cancellationToken).ConfigureAwait(false))
        {
            StoredCheckpoint[] ofMonth = [.. _checkpoints.Where(c => c.Month == month)];
            bool isRetired = ofMonth.Any(c => c.IsRetired);
            if (isRetired)
                retired.Add(month);
            MonthVerifier one = new(this, month, ofMonth, isRetired);
            await one.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        await VerifyUnsealedAsync(cancellationToken).ConfigureAwait(false);
        return new AuditVerification
        {
            Org = _reader.Org,
            Entries = _entries,
            Pending = _pending,
            Checkpoints = _checkpoints.Count,
            SealedAt = _checkpoints.Count == 0 ? null : _checkpoints.Max(c => c.SealedAt),
            IsComparedWithSink = _sink is not null,
            RetiredMonths = retired,
            Findings =
            [
                .. _findings
                    .DistinctBy(f => (f.Kind, f.EntryId, f.Position))
                    .OrderBy(f => f.Month)
                    .ThenBy(f => f.Position),
            ],
        };
    }

    /// <summary>All months from the first checkpoint, in the database or in the sink, to the last.</summary>
    async Task<List<DateOnly>> MonthsAsync(CancellationToken cancellationToken)
    {
        List<DateOnly> known = [.. _checkpoints.Select(c => c.Month)];
        if (_sink is not null)
            foreach (
                string origin in await _sink.ListOriginsAsync(_reader.Org, cancellationToken).ConfigureAwait(false)
            )
                if (DateOnly.TryParseExact(origin.Split('/')[^1], "yyyy-MM", out DateOnly month))
                    known.Add(month);
        if (known.Count == 0)
            return [];
        List<DateOnly> months = [];
        for (DateOnly month = known.Min(); month <= known.Max(); month = month.AddMonths(1))
            months.Add(month);
        return months;
    }

    void VerifySignature(StoredCheckpoint stored)
    {
        Checkpoint? signed = Checkpoint.Open(stored.Note, _keys);
        if (
            signed is null
            || signed.Origin != Checkpoint.OriginOf(_reader.Org, stored.Month)
            || signed.Size != stored.Size
            || !signed.Root.Span.SequenceEqual(stored.Root)
        )
            _findings.Add(
                new AuditFinding(
                    AuditFindingKind.CheckpointForged,
                    stored.Month,
                    AuditLedgers.None,
                    null,
                    stored.Size,
                    $"The checkpoint of {stored.Month:yyyy-MM} with {stored.Size} entries is not signed by a known "
                        + "key, or differs from its row."
                )
            );
    }

    /// <summary>
    /// An entry without a leaf is pending, unless its transaction had ended before the last seal, or its id is older
    /// than a seal after which its transaction began.
    /// </summary>
    async Task VerifyUnsealedAsync(CancellationToken cancellationToken)
    {
        StoredCheckpoint[] current = [.. _seals.Where(c => c.IsCurrent)];
        long horizon = current.Length == 0 ? 0 : current.Max(c => c.Horizon);
        await foreach (
            (short ledger, Guid id, long xid) in _reader.WithoutLeafAsync(cancellationToken).ConfigureAwait(false)
        )
            if (xid < horizon || IsBackdated(id, xid, current, DateTimeOffset.MaxValue))
                _findings.Add(
                    new AuditFinding(
                        AuditFindingKind.Inserted,
                        LedgerSealer.MonthOf(id),
                        (AuditLedgers)ledger,
                        id,
                        null,
                        $"Entry {id} was added to a range that was sealed before."
                    )
                );
            else
                _pending++;
    }

    /// <summary>
    /// Whether the id is older than a seal before which the transaction had not begun. Transaction ids only grow.
    /// </summary>
    static bool IsBackdated(Guid id, long xid, StoredCheckpoint[] seals, DateTimeOffset before)
    {
        DateTimeOffset? latest = null;
        // Ordered by time, so the ids grow too.
        foreach (StoredCheckpoint seal in seals)
            if (seal.NextXid <= xid && seal.SealedAt < before)
                latest = seal.SealedAt;
            else
                break;
        return latest is { } time && LedgerSealer.TimeOf(id) < time - Tolerance;
    }
}

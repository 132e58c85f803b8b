using System.Collections.Concurrent;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>
/// What a data source knows of the ledgers of erasures outside of its database: the height of each org, which its
/// tokens carry.
/// </summary>
/// <remarks>Thread-safe.</remarks>
sealed class SharedErasures(ErasureOptions options, TimeProvider time)
{
    /// <summary>How long a height is used before the sink is asked again.</summary>
    static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<OrgId, (long Height, long ReadAt)> _heights = new();

    internal TimeSpan? BackupRetention => options.BackupRetention;

    internal bool HasSink => options.LedgerSink is not null;

    /// <exception cref="CallIntelException"><c>CI0370</c>: the data source has no sink.</exception>
    internal IErasureLedgerSink Sink =>
        options.LedgerSink
        ?? throw new CallIntelException(
            ErrorCodes.ErasureSinkMissing,
            "Erasures need a copy of their ledger outside of the database, and no sink for it is configured.",
            "Set CallIntelOptions.Erasure.LedgerSink, for example to a FileErasureLedgerSink."
        );

    /// <summary>The height that tokens carry; 0 if the org has erased nothing.</summary>
    internal long HeightOf(OrgId org) =>
        _heights.TryGetValue(org, out (long Height, long ReadAt) known) ? known.Height : 0;

    /// <summary>Remembers that a height was reached.</summary>
    internal void Raise(OrgId org, long height) =>
        _heights.AddOrUpdate(org, (height, time.GetTimestamp()), (_, known) =>
            (Math.Max(known.Height, height), time.GetTimestamp())
        );

    /// <summary>Asks the sink for the height of an org, at most once a minute.</summary>
    internal async ValueTask RefreshAsync(OrgId org, CancellationToken cancellationToken)
    {
        if (options.LedgerSink is not { } sink)
            return;
        bool isKnown = _heights.TryGetValue(org, out (long Height, long ReadAt) known);
        if (isKnown && time.GetElapsedTime(known.ReadAt) < Life)
            return;
        try
        {
            Raise(org, (await sink.ReadHeadAsync(org, cancellationToken).ConfigureAwait(false))?.Height ?? 0);
        }
        // A sink that cannot be reached for a while does not stop a process that knows a height already.
        catch (Exception e) when (isKnown && e is not OperationCanceledException) { }
    }
}

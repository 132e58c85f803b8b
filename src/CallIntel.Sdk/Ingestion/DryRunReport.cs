using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion;

/// <summary>What an ingestion would make of records: nothing was stored.</summary>
/// <param name="Read">Records the source delivered.</param>
/// <param name="Accepted">Those that would be stored, or counted as stored already.</param>
/// <param name="Repeated">
/// Those of the accepted that came before in the same records, as far as 1,000,000 of them are remembered.
/// </param>
/// <param name="Rejected">Those that would be rejected.</param>
/// <param name="Reasons">How many for which reason.</param>
/// <param name="Channels">How many of which kind were accepted.</param>
/// <param name="Earliest">The first moment among the accepted; null if there is none.</param>
/// <param name="Latest">The last moment among the accepted; null if there is none.</param>
public sealed record DryRunReport(
    long Read,
    long Accepted,
    long Repeated,
    long Rejected,
    IReadOnlyDictionary<RejectReason, long> Reasons,
    IReadOnlyDictionary<EventChannel, long> Channels,
    DateTimeOffset? Earliest,
    DateTimeOffset? Latest
);

using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion;

/// <summary>The result of a <see cref="DryRun"/>. Nothing was stored.</summary>
/// <param name="Read">The number of records read from the source.</param>
/// <param name="Accepted">The number of records that would be stored or counted as duplicates.</param>
/// <param name="Repeated">
/// The number of accepted records that repeat an earlier one. Only the first 1,000,000 different records are compared.
/// </param>
/// <param name="Rejected">The number of records that would be rejected.</param>
/// <param name="Reasons">The number of rejected records per reason.</param>
/// <param name="Channels">The number of accepted records per channel.</param>
/// <param name="Earliest">The time of the earliest accepted record; null if there is none.</param>
/// <param name="Latest">The time of the latest accepted record; null if there is none.</param>
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

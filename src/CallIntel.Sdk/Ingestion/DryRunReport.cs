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
)
{
    /// <summary>The number of rejected records by reason and field, the largest first.</summary>
    public IReadOnlyList<RejectCount> RejectReasons { get; init; } = [];

    /// <summary>The number of accepted records per direction.</summary>
    public IReadOnlyDictionary<EventDirection, long> Directions { get; init; } = new Dictionary<EventDirection, long>();

    /// <summary>The number of accepted records per outcome.</summary>
    public IReadOnlyDictionary<EventOutcome, long> Outcomes { get; init; } = new Dictionary<EventOutcome, long>();

    /// <summary>The number of accepted records whose number is withheld.</summary>
    public long Withheld { get; init; }

    /// <summary>
    /// The number of accepted records with a party that should be a number and could not be read as one. The party
    /// would be stored as an id, as the source wrote it.
    /// </summary>
    public long UnrecognizedNumbers { get; init; }

    /// <summary>
    /// The number of conversations of the accepted records, as dashboards count them: records of one call count once,
    /// and each message counts separately. Only the first 1,000,000 calls are compared.
    /// </summary>
    public long Conversations { get; init; }

    /// <summary>The number of accepted records that name the org's own line.</summary>
    public long OwnLines { get; init; }

    /// <summary>
    /// The number of accepted records whose direction is a guess, because they do not show which side is the org's own.
    /// Set the own lines of the import if there are many.
    /// </summary>
    public long AssumedDirections { get; init; }

    /// <summary>How many accepted records have a direction of each basis.</summary>
    public IReadOnlyDictionary<DirectionBasis, long> DirectionBases { get; init; } =
        new Dictionary<DirectionBasis, long>();

    /// <summary>
    /// The number of accepted records whose time is a guess. <see cref="TimeBases"/> tells why.
    /// </summary>
    public long AssumedTimes { get; init; }

    /// <summary>How many accepted records have a time of each basis.</summary>
    public IReadOnlyDictionary<TimeBasis, long> TimeBases { get; init; } = new Dictionary<TimeBasis, long>();

    /// <summary>
    /// The first accepted records, and the first one of each further <see cref="Events.DirectionBasis"/> and
    /// <see cref="Events.TimeBasis"/>, with masked numbers and without content.
    /// </summary>
    public IReadOnlyList<DryRunSample> Samples { get; init; } = [];
}

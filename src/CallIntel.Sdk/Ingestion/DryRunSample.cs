using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion;

/// <summary>An accepted record of a <see cref="DryRun"/>, without personal data.</summary>
/// <param name="Place">The place of the record in the source, for example <c>line 12</c>; null if unknown.</param>
/// <param name="OccurredAt">The time of the record.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Direction">The direction.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Party">
/// The masked party: the first characters and the last two digits of a number, for example <c>+45******56</c>, or the
/// length of another party. Null if the number is withheld.
/// </param>
/// <param name="Duration">The duration; null if it is unknown.</param>
/// <param name="ContentLength">The number of characters of body, transcript and summary together.</param>
public sealed record DryRunSample(
    string? Place,
    DateTimeOffset OccurredAt,
    EventChannel Channel,
    EventDirection Direction,
    EventOutcome Outcome,
    [property: PseudonymousData] string? Party,
    TimeSpan? Duration,
    int ContentLength
)
{
    /// <summary>How the importer determined the direction and the org's own side.</summary>
    public DirectionBasis DirectionBasis { get; init; }

    /// <summary>How the importer determined the time.</summary>
    public TimeBasis TimeBasis { get; init; }

    /// <summary>
    /// The masked number or endpoint on the org's own side, in the form of <see cref="Party"/>; null if the record does
    /// not contain it.
    /// </summary>
    [PseudonymousData]
    public string? OwnSide { get; init; }
}

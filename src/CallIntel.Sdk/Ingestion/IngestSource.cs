using CallIntel.Sdk.Events;
using CallIntel.Sdk.SyncHealth;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Where records come from. Registered by its first run.</summary>
/// <param name="Name">
/// The name of the source, unique in the org. Its first name is part of its events' ids; rename it with
/// <see cref="SyncHealth.SyncHealthReader.RenameSourceAsync"/>, and its former names go on meaning the same source.
/// </param>
/// <param name="Kind">What it is, for example <c>csv</c> or <c>twilio</c>; shown beside its health.</param>
/// <param name="Stream">The ordered feed within the source. Default <c>default</c>.</param>
/// <param name="DefaultRegion">
/// ISO 3166 country whose national number format the source uses, for example <c>DK</c>. Default: numbers must be
/// international.
/// </param>
/// <param name="TimesMayChange">
/// Whether the source corrects the time of a record that has an id, or takes records back without saying of when they
/// were (RingCentral does). A record that comes again with another time is then the same record, for the price of a
/// lookup and an index entry each: bulk ingestion of new records takes about a quarter longer, and a webhook's write
/// (<c>WriteAsync</c>) 2.4 to 4.2 times as long, as it cannot take the path of a single statement. Default false: the
/// time is part of a record's identity, and a deletion without it is a reject (<see cref="RejectReason.MissingTime"/>).
/// Set it from the first run on.
/// </param>
public sealed record IngestSource(
    string Name,
    string Kind = "application",
    string Stream = "default",
    string? DefaultRegion = null,
    bool TimesMayChange = false
);

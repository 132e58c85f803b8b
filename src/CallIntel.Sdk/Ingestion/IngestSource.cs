using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.SyncHealth;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Identifies where records come from. The first run registers the source.</summary>
/// <param name="Name">
/// The name of the source, unique in the org. The first name is part of the ids of its events. Rename a source with
/// <see cref="SyncHealth.SyncHealthReader.RenameSourceAsync"/>; its former names remain valid.
/// </param>
/// <param name="Kind">The kind of source, for example <c>csv</c> or <c>twilio</c>. Shown with its health.</param>
/// <param name="Stream">The name of an ordered feed within the source. Default: <c>default</c>.</param>
/// <param name="DefaultRegion">
/// The ISO 3166 code of the country whose national number format the source uses, for example <c>DK</c>. Default:
/// numbers must be in international format.
/// </param>
/// <param name="TimesMayChange">
/// Whether the source can change the time of a record that has an id, or delete records without reporting their time
/// (RingCentral does both). A record that is reported again with another time then counts as the same record. This
/// costs a lookup and an index entry per record: bulk ingestion of new records takes about a quarter longer, and
/// <c>WriteAsync</c> takes 2.4 to 4.2 times as long, because it cannot use its single-statement path. Default:
/// <see langword="false"/>; the time is part of the identity of a record, and a deletion without a time is rejected
/// (<see cref="RejectReason.MissingTime"/>). Set it before the first run and do not change it.
/// </param>
public sealed record IngestSource(
    string Name,
    string Kind = "application",
    string Stream = "default",
    string? DefaultRegion = null,
    bool TimesMayChange = false
)
{
    /// <summary>
    /// The ISO 3166 code of the country whose national number format the source uses, in upper case; null if numbers
    /// must be in international format.
    /// </summary>
    /// <exception cref="CallIntelException"><c>CI0024</c>: the region is not known.</exception>
    public string? DefaultRegion { get; init; } = PhoneRegion.Check(DefaultRegion);
}

using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Why a record could not be read.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Detail">
/// The property of the mapping and what was expected, for example <c>duration: expected seconds</c>. It contains no
/// values of the record.
/// </param>
readonly record struct ReadFault(RejectReason Reason, string Detail)
{
    internal EventRecord ToRecord(string raw, string place) =>
        EventRecord.Unreadable(Reason, raw) with
        {
            RejectDetail = Detail,
            Place = place,
        };
}

using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The fields with details of an event that only some sources provide.</summary>
public sealed class DetailsMapping
{
    /// <summary>
    /// The field with the id that all records of a call or thread share; see <see cref="EventDetails.ConversationId"/>.
    /// </summary>
    public string? ConversationId { get; set; }

    /// <summary>
    /// The field with the external id of the record that this record is a leg of; see
    /// <see cref="EventDetails.ParentId"/>.
    /// </summary>
    public string? ParentId { get; set; }

    /// <summary>The field with the error code of the source or the network.</summary>
    public string? ErrorCode { get; set; }
}

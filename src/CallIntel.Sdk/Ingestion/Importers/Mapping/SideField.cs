using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The fields with one side of an event: one field for all events, or one for each direction.</summary>
readonly record struct SideField(int Inbound, int Outbound)
{
    internal bool IsDefined => Inbound >= 0;

    /// <param name="property">The property of the mapping, for error messages.</param>
    /// <param name="field">The field of all events, or null.</param>
    /// <param name="inbound">The field of inbound events, or null.</param>
    /// <param name="outbound">The field of outbound events, or null.</param>
    /// <param name="slotOf">Returns the index of the value of a field; -1 for null.</param>
    internal static SideField Create(
        string property,
        string? field,
        string? inbound,
        string? outbound,
        Func<string?, int> slotOf
    ) =>
        (inbound is null) == (outbound is null) && (field is null || inbound is null)
            ? new SideField(slotOf(field ?? inbound), slotOf(field ?? outbound))
            : throw MappingFile.Invalid(
                $"The property {property} of the mapping names its fields incompletely, or twice.",
                $"Set either {property}.field, or both {property}.inboundField and {property}.outboundField."
            );

    internal string? Read(ReadOnlySpan<string?> values, EventDirection direction) =>
        !IsDefined ? null : values[direction is EventDirection.Outbound ? Outbound : Inbound];
}

using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The org's own line, from which <see cref="MemberId.FromName"/> derives the member.</summary>
public sealed class LineMapping
{
    /// <summary>The field with the line. Leave it null if <see cref="DirectionMapping.Own"/> is set.</summary>
    public string? Field { get; set; }

    /// <summary>
    /// The scope of the names, so that line 7 of one system differs from line 7 of another. Required.
    /// </summary>
    public string? Scope { get; set; }
}

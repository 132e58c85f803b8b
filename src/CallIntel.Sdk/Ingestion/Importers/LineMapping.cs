using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Makes the member of the own line's name, by <see cref="MemberId.FromName"/>.</summary>
public sealed class LineMapping
{
    /// <summary>The field. Not needed where <see cref="DirectionMapping.Own"/> finds the sides.</summary>
    public string? Field { get; set; }

    /// <summary>What the names belong to, so that line 7 here is not line 7 elsewhere. Required.</summary>
    public string? Scope { get; set; }
}

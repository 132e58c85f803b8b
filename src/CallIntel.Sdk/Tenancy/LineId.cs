using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// The id of a telephone line within an org. It is a digest of the number with a key of the org: the same number always
/// has the same id, and the id reveals nothing about the number to anybody without the key.
/// </summary>
/// <param name="Value">The uuid, of version 8.</param>
public readonly record struct LineId([property: PseudonymousData] Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Tenancy;

/// <summary>The id of a contact within an org. It is random and reveals nothing about the person.</summary>
/// <param name="Value">The uuid.</param>
public readonly record struct ContactId([property: PseudonymousData] Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Tenancy;

/// <summary>The id of a contact within an org: random, so that it tells nothing of the person.</summary>
/// <param name="Value">The uuid.</param>
public readonly record struct ContactId([property: PseudonymousData] Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

namespace CallIntel.Sdk.Tenancy;

/// <summary>The id of an org, the tenant that every row belongs to.</summary>
/// <param name="Value">A random uuid, so that one id reveals nothing about another.</param>
public readonly record struct OrgId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

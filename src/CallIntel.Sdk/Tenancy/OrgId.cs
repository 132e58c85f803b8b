namespace CallIntel.Sdk.Tenancy;

/// <summary>The id of an org: the tenant every row belongs to.</summary>
/// <param name="Value">A random uuid; knowing one must tell nothing of another.</param>
public readonly record struct OrgId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

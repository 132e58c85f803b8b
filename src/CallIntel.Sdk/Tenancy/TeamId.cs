namespace CallIntel.Sdk.Tenancy;

/// <summary>The id of a team within an org.</summary>
/// <param name="Value">The uuid, of version 7.</param>
public readonly record struct TeamId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

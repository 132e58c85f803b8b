namespace CallIntel.Sdk.Tenancy;

/// <summary>The id of a member: a user of an org.</summary>
/// <param name="Value">The host application's own id of the user, as a uuid.</param>
public readonly record struct MemberId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

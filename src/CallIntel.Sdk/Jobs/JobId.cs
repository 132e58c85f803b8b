namespace CallIntel.Sdk.Jobs;

/// <summary>The id of a job within an org.</summary>
/// <param name="Value">The uuid, of version 7.</param>
public readonly record struct JobId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

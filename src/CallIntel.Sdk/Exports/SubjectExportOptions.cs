namespace CallIntel.Sdk.Exports;

/// <summary>Options of an export for a data subject.</summary>
/// <param name="Facts">The facts about the processing.</param>
public sealed record SubjectExportOptions(ProcessingFacts Facts)
{
    /// <summary>How long the archive can be opened: one minute to 90 days.</summary>
    /// <value>The default value is 14 days.</value>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(14);
}

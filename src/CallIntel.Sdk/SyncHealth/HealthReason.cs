namespace CallIntel.Sdk.SyncHealth;

/// <summary>A reason why a stream is not <see cref="SourceState.Ok"/>.</summary>
/// <param name="Code">
/// The stable code: <c>run_died</c>, <c>run_failed</c>, <c>run_silent</c>, <c>never_run</c>, <c>overdue_long</c>,
/// <c>many_rejects</c>, <c>nothing_new</c>, <c>overdue</c> or <c>behind</c>.
/// </param>
/// <param name="Text">An English sentence with the figures. It contains no record, number or contact.</param>
public readonly record struct HealthReason(string Code, string Text);

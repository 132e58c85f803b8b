namespace CallIntel.Sdk.SyncHealth;

/// <summary>Why a stream is not <see cref="SourceState.Ok"/>.</summary>
/// <param name="Code">
/// Stable: <c>run_died</c>, <c>run_failed</c>, <c>run_silent</c>, <c>never_run</c>, <c>overdue_long</c>,
/// <c>many_rejects</c>, <c>nothing_new</c>, <c>overdue</c>, <c>behind</c>.
/// </param>
/// <param name="Text">The same as an English sentence with its figures. It names no record, number or contact.</param>
public readonly record struct HealthReason(string Code, string Text);

using System.Globalization;
using CallIntel.Sdk.Audit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CallIntel.Sdk;

/// <summary>
/// A health check of the seals of the audit log and the access ledger: degraded if an entry has not been sealed, or a
/// checkpoint has not been delivered, for longer than <see cref="MaximumLag"/>. Until then, whoever can write to the
/// tables can rewrite entries without leaving a trace.
/// </summary>
/// <remarks>
/// Thread-safe. Register it where the <see cref="OperationsWorker"/> runs, because it connects with an operations role.
/// It looks at the entries of all orgs that are not sealed, so run it every minute rather than every second.
/// </remarks>
public sealed class LedgerSealHealthCheck : IHealthCheck
{
    /// <summary>The tag for this check, <c>seals</c>. Readiness probes should not run it.</summary>
    public const string Tag = "seals";

    readonly CallIntelOperations _operations;

    /// <summary>Creates the check.</summary>
    /// <param name="operations">Reads the state of the seals.</param>
    public LedgerSealHealthCheck(CallIntelOperations operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        _operations = operations;
    }

    /// <summary>
    /// How long an entry may wait to be sealed, and a checkpoint to be delivered. A transaction that runs for longer
    /// delays the seals of newer entries and degrades this check too.
    /// </summary>
    /// <value>The default value is 5 minutes. The worker seals every minute.</value>
    public TimeSpan MaximumLag { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether checkpoints have to be delivered to a sink. Set it to <see langword="false"/> if the worker has none;
    /// the seals then do not show that the database was rolled back.
    /// </summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool RequiresSink { get; init; } = true;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            LedgerSealState state = await _operations.GetLedgerSealStateAsync(cancellationToken).ConfigureAwait(false);
            List<string> findings = [];
            if (state.Lag > MaximumLag)
                findings.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the oldest entry that is not sealed is {state.Lag.TotalSeconds:0} s old"
                    )
                );
            if (RequiresSink && state.UnpublishedAge > MaximumLag)
                findings.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{state.Unpublished} checkpoints are not delivered, the oldest for "
                            + $"{state.UnpublishedAge.TotalSeconds:0} s"
                    )
                );
            Dictionary<string, object> data = new()
            {
                ["lag_seconds"] = state.Lag.TotalSeconds,
                ["unpublished"] = state.Unpublished,
                ["unpublished_age_seconds"] = state.UnpublishedAge.TotalSeconds,
            };
            return findings.Count == 0
                ? HealthCheckResult.Healthy(data: data)
                : HealthCheckResult.Degraded(string.Join("; ", findings), data: data);
        }
        catch (CallIntelException e)
        {
            return new HealthCheckResult(
                context.Registration.FailureStatus,
                $"{e.Code}: the state of the seals cannot be read.",
                e
            );
        }
    }
}

using System.Globalization;
using CallIntel.Sdk.Jobs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CallIntel.Sdk;

/// <summary>
/// A health check of background work: degraded if jobs are dead, or if a job has been due for longer than
/// <see cref="Patience"/>, which means that no worker runs or that the workers do not keep up.
/// </summary>
/// <remarks>
/// Thread-safe. Counts the jobs of all orgs in one statement, so run it every minute rather than every second.
/// </remarks>
public sealed class JobHealthCheck : IHealthCheck
{
    /// <summary>The tag for this check, <c>jobs</c>. Readiness probes should not run it.</summary>
    public const string Tag = "jobs";

    readonly CallIntelDataSource _source;

    /// <summary>Creates the check. <c>AddCallIntelWorker</c> registers it.</summary>
    /// <param name="source">The data source whose database is checked.</param>
    public JobHealthCheck(CallIntelDataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
    }

    /// <summary>How long a job may be due. Default: 5 minutes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            await _source.EnsureCheckedAsync(cancellationToken).ConfigureAwait(false);
            List<JobStatistics> kinds = await new JobQueue(_source.Database, "health")
                .CountAsync(cancellationToken)
                .ConfigureAwait(false);
            string[] findings =
            [
                .. from kind in kinds
                where kind.Dead > 0 || kind.OldestDue > Patience
                select string.Create(
                    CultureInfo.InvariantCulture,
                    $"{kind.Kind}: {kind.Dead} dead, {kind.Due} due, the oldest for "
                        + $"{kind.OldestDue.GetValueOrDefault().TotalSeconds:0} s"
                ),
            ];
            return findings.Length == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded(string.Join("; ", findings));
        }
        catch (CallIntelException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"{e.Code}: the queue cannot be read.", e);
        }
    }
}

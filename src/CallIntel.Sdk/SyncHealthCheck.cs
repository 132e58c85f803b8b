using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CallIntel.Sdk;

/// <summary>A health check that reports how up to date and reliable the sources of the configured orgs are.</summary>
/// <remarks>
/// Thread-safe. The data of the result are <c>orgs</c>, <c>streams</c> and a count per state that occurs (<c>Ok</c>,
/// <c>Late</c>, ...). It contains no names or ids, because health check pages are often public. Orgs without streams
/// are ignored. Uses one round trip per org.
/// </remarks>
public sealed class SyncHealthCheck : IHealthCheck
{
    readonly CallIntelDataSource _source;
    readonly SyncHealthCheckOptions _options;
    readonly IServiceProvider _services;

    /// <summary>
    /// The tag of this check, <c>sources</c>. Register the check with it, so that readiness probes do not run it.
    /// </summary>
    public const string Tag = "sources";

    /// <summary>Creates the check. In a host, <c>AddHealthChecks</c> of the CallIntel builder does this.</summary>
    /// <param name="source">The data source that opens the sessions.</param>
    /// <param name="options">The options; <see cref="SyncHealthCheckOptions.Identities"/> must be set.</param>
    /// <param name="services">The services of the host.</param>
    public SyncHealthCheck(CallIntelDataSource source, SyncHealthCheckOptions options, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Identities, nameof(options));
        _source = source;
        _options = options;
        _services = services;
    }

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        IReadOnlyCollection<OrgIdentity> identities = await _options
            .Identities!(_services, cancellationToken)
            .ConfigureAwait(false);
        List<StreamHealth> streams = [];
        CallIntelException? unread = null;
        foreach (OrgIdentity identity in identities)
        {
            try
            {
                await using OrgSession session = await _source
                    .OpenSessionAsync(identity, cancellationToken)
                    .ConfigureAwait(false);
                streams.AddRange(
                    (
                        await session.SyncHealth.ReadAsync(cancellationToken: cancellationToken).ConfigureAwait(false)
                    ).Streams
                );
            }
            catch (CallIntelException e)
            {
                unread = e;
            }
        }

        Dictionary<string, object> data = new(StringComparer.Ordinal)
        {
            ["orgs"] = identities.Count,
            ["streams"] = streams.Count,
        };
        foreach (IGrouping<SourceState, StreamHealth> state in streams.GroupBy(s => s.State))
            data[state.Key.ToString()] = state.Count();
        if (unread is not null)
            return new HealthCheckResult(
                _options.UnhealthyFrom is null ? HealthStatus.Degraded : context.Registration.FailureStatus,
                $"The sources of an org cannot be read: {unread.Code}.",
                unread,
                data
            );
        SourceState worst = streams.Count > 0 ? streams.Max(s => s.State) : SourceState.Ok;
        HealthStatus status =
            worst >= _options.UnhealthyFrom ? context.Registration.FailureStatus
            : worst >= _options.DegradedFrom ? HealthStatus.Degraded
            : HealthStatus.Healthy;
        return new HealthCheckResult(status, $"The worst state of {streams.Count} streams is {worst}.", data: data);
    }
}

using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CallIntel.Sdk;

/// <summary>A health check of the host: how the sources of the orgs it names are doing.</summary>
/// <remarks>
/// Thread-safe. Its data are <c>orgs</c>, <c>streams</c> and a count for each state that occurs (<c>Ok</c>,
/// <c>Late</c>, ...): no names and no ids, because the page of a health check is often public. Orgs without streams are
/// left out. One round trip an org.
/// </remarks>
public sealed class SyncHealthCheck : IHealthCheck
{
    readonly CallIntelDataSource _source;
    readonly SyncHealthCheckOptions _options;
    readonly IServiceProvider _services;

    /// <summary>The tag to register this check under, so that no probe of readiness asks it: <c>sources</c>.</summary>
    public const string Tag = "sources";

    /// <summary>Makes the check; <c>AddHealthChecks</c> of the builder does so in a host.</summary>
    /// <param name="source">The entrance.</param>
    /// <param name="options">What to look at; <see cref="SyncHealthCheckOptions.Identities"/> is set.</param>
    /// <param name="services">The host's services.</param>
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

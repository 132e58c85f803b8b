using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk;

/// <summary>What <see cref="SyncHealthCheck"/> looks at, and what it calls degraded and unhealthy.</summary>
public sealed class SyncHealthCheckOptions
{
    /// <summary>
    /// The orgs to look at, each as one of its members; asked for at every check, with the host's services. Required.
    /// </summary>
    /// <remarks>
    /// Nobody sees the health of all orgs: each is read in a session of its own. A viewer's role is enough.
    /// </remarks>
    public Func<IServiceProvider, CancellationToken, Task<IReadOnlyCollection<OrgIdentity>>>? Identities { get; set; }

    /// <summary>From which state of any stream on the check is degraded.</summary>
    /// <value>The default value is <see cref="SourceState.Late"/>.</value>
    public SourceState DegradedFrom { get; set; } = SourceState.Late;

    /// <summary>From which state of any stream on the check is unhealthy.</summary>
    /// <value>
    /// The default value is null: sources make the check degraded at most. The host itself works while a source does
    /// not, and an orchestrator that takes it out of service for that makes things worse.
    /// </value>
    public SourceState? UnhealthyFrom { get; set; }
}

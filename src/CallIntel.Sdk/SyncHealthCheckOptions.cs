using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk;

/// <summary>
/// Configures which orgs <see cref="SyncHealthCheck"/> checks and which states it reports as degraded or unhealthy.
/// </summary>
public sealed class SyncHealthCheckOptions
{
    /// <summary>
    /// Returns the orgs to check, each with a member to act as. Called at every check with the services of the host.
    /// Required.
    /// </summary>
    /// <remarks>
    /// Each org is read in its own session, because no identity can read the health of all orgs. The role Viewer is
    /// sufficient.
    /// </remarks>
    public Func<IServiceProvider, CancellationToken, Task<IReadOnlyCollection<OrgIdentity>>>? Identities { get; set; }

    /// <summary>The check is degraded if any stream is in this state or a worse one.</summary>
    /// <value>The default value is <see cref="SourceState.Late"/>.</value>
    public SourceState DegradedFrom { get; set; } = SourceState.Late;

    /// <summary>The check is unhealthy if any stream is in this state or a worse one.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: sources never make the check unhealthy. The application works while
    /// a source does not, and an orchestrator that takes it out of service for that reason makes matters worse.
    /// </value>
    public SourceState? UnhealthyFrom { get; set; }
}

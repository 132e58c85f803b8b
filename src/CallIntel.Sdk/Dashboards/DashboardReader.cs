using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Figures over a time range of the session's org.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class DashboardReader
{
    readonly OrgSession _session;

    internal DashboardReader(OrgSession session) => _session = session;

    internal OrgSession Session => _session;
}

namespace CallIntel.Sdk.IntegrationTests;

/// <summary>
/// The collection of tests that alter roles, which belong to the whole cluster: a migration alters
/// <c>callintel_app</c>, and whoever waits for that in another database is told that the tuple was concurrently
/// updated. They run one after the other.
/// </summary>
static class ClusterRoles
{
    internal const string Collection = "Roles of the cluster";
}

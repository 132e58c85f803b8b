namespace CallIntel.Sdk.IntegrationTests;

/// <summary>
/// The collection of tests that alter roles. Roles belong to the whole cluster: a migration alters
/// <c>callintel_app</c>, and a migration that waits for this in another database fails because the tuple was
/// concurrently updated. Therefore these tests run one after the other.
/// </summary>
static class ClusterRoles
{
    internal const string Collection = "Roles of the cluster";
}

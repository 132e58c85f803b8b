using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Doctor;

/// <summary>
/// A database with partitions for this month and the next, created before the first row. When rows are moved out of a
/// default partition, its statistics change at an unpredictable later time, and a doctor whose role cannot count the
/// rows reads these statistics.
/// </summary>
public sealed class DoctorFixture(ServerFixture server) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await server.Template.CloneAsync();
        await new CallIntelOperations(Database.Admin).EnsurePartitionsAsync(
            DatabaseDoctorTests.Today,
            DatabaseDoctorTests.Today.AddMonths(1)
        );
        await Database.CreateOrgAsync("own");
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

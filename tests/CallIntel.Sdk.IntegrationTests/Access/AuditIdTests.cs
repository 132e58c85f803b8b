using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>Tests that ids of audit entries are in the order of the actions, even within one millisecond.</summary>
public sealed class AuditIdTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    [Fact]
    public async Task Audit_ids_are_version_7_UUIDs_that_contain_their_time_and_increase()
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            "select callintel_private.new_id() from generate_series(1, 5000)"
        );
        List<Guid> ids = [];
        DateTimeOffset before = DateTimeOffset.UtcNow;
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
                ids.Add(reader.GetGuid(0));

        Assert.Equal(5000, ids.Count);
        Assert.All(ids, id => Assert.Equal((7, 2), (id.Version, id.Variant >> 2)));
        Assert.Equal(ids.Order(), ids);
        Assert.Equal(5000, ids.Distinct().Count());
        long milliseconds = Convert.ToInt64(ids[0].ToString("N")[..12], 16);
        Assert.InRange(
            DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
            before.AddMinutes(-1),
            before.AddMinutes(1)
        );
        Assert.True(
            ids.GroupBy(id => id.ToString("N")[..12]).Any(g => g.Count() > 1),
            "Without two in a millisecond the order says nothing."
        );
    }
}

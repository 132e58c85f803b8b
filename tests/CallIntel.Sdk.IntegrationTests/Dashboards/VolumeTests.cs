using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

public sealed class VolumeTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Volume_matches_a_recount_of_the_records(int seed)
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, seed, 2_000, Cancellation);
        await GeneratedTraffic.IngestAsync(fixture.Database, seed + 100, 500, Cancellation); // another org's
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);

        foreach (Grain unit in new[] { Grain.Hour, Grain.Day, Grain.Week, Grain.Month })
        {
            foreach (string zone in new[] { "UTC", "Europe/Copenhagen", "Asia/Kathmandu" })
            {
                foreach (TimeRange range in Ranges.Each)
                {
                    DashboardAnswer<VolumePoint> answer = await session.Dashboards.VolumeAsync(
                        range,
                        unit.In(zone),
                        Cancellation
                    );
                    VolumePoint[] expected = Recount(traffic.Records, range, unit.Unit, zone);
                    Assert.Equal(expected, answer.Rows);
                    Assert.Equal(expected.Select(p => p.Start.Offset), answer.Rows.Select(p => p.Start.Offset));
                }
            }
        }
    }

    static VolumePoint[] Recount(IEnumerable<EventRecord> records, TimeRange range, string unit, string zone) =>
        [
            .. from r in records
            where range.Holds(r)
            group r by (Start: Zones.Truncate(r.OccurredAt, unit, zone), r.Channel, r.Direction) into g
            orderby g.Key.Start, g.Key.Channel, g.Key.Direction
            select new VolumePoint(
                g.Key.Start,
                g.Key.Channel,
                g.Key.Direction,
                g.Count(),
                g.Sum(r => (long)(r.Duration?.TotalSeconds ?? 0))
            ),
        ];
}

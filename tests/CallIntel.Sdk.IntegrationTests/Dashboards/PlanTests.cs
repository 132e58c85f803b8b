using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Tests which partitions and indexes the functions of the SDK scan with their generic plans.</summary>
public sealed class PlanTests(DatabaseFixture fixture, ITestOutputHelper output) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The context is open already.</summary>
    static NpgsqlParameter NoToken => new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea };

    [Fact]
    public async Task Dashboards_and_reads_of_one_month_scan_only_its_partition_by_an_index()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(
            fixture.Database,
            41,
            50_000,
            Cancellation,
            contacts: 2_000
        );
        await using (NpgsqlCommand analyze = fixture.Database.Admin.CreateCommand("analyze"))
            await analyze.ExecuteNonQueryAsync(Cancellation);
        EventFilter february = EventFilter.All.InRange(Ranges.February);

        // a month whose neighbours are within reach of the hours that figures look around
        TimeRange middle = new(Ranges.February.From.AddDays(5), Ranges.February.To.AddDays(-5));
        DashboardQuery query = new(middle) { Grain = Grain.Day.In("Europe/Copenhagen") };
        NpgsqlBatchCommand volume = DashboardCommand.Create(VolumeFigure.Figure.Sql, query);
        NpgsqlBatchCommand hours = DashboardCommand.Create(BusiestHoursFigure.Figure.Sql, query);
        NpgsqlBatchCommand top = DashboardCommand.Create(TopContactsFigure.Figure.Sql, query);
        top.Parameters.Add(new NpgsqlParameter { Value = 10 });
        NpgsqlBatchCommand ofContact = DashboardCommand.Create(
            VolumeFigure.Figure.Sql,
            query with
            {
                Filter = new() { Contact = traffic.Contacts.Values.First() },
            }
        );
        NpgsqlBatchCommand unanswered = DashboardCommand.Create(UnansweredCallsFigure.Figure.Sql, query);
        NpgsqlBatchCommand responses = DashboardCommand.Create(ResponseTimesFigure.Figure.Sql, query);

        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Member })
        foreach (
            NpgsqlBatchCommand command in new[]
            {
                volume,
                hours,
                top,
                ofContact,
                unanswered,
                responses,
                EventQuery.Read(NoToken, february, null, 2000),
                EventQuery.Read(NoToken, february.ForContact(traffic.Contacts.Values.First()), null, 2000),
                EventQuery.Read(NoToken, february.WithContent(), null, 20),
                EventQuery.Find(NoToken, EventId.FirstOf(Ranges.February.From.AddDays(3)), withContent: true),
            }
        )
        {
            string plan = await FunctionPlan.OfAsync(fixture.Database, traffic.Org.As(role), command);
            output.WriteLine($"-- {role}: {command.CommandText}\n{plan}\n");
            Assert.DoesNotContain("Seq Scan on events", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan on event_contents", plan, StringComparison.Ordinal);
            string[] scans =
            [
                .. plan.Split('\n')
                    .Where(l =>
                        l.Contains(" on event", StringComparison.Ordinal)
                        && !l.Contains("never executed", StringComparison.Ordinal)
                    ),
            ];
            Assert.Contains(scans, line => line.Contains("events_2026_02", StringComparison.Ordinal));
            Assert.All(scans, line => Assert.Contains("_2026_02", line, StringComparison.Ordinal));
            Assert.Contains("Subplans Removed", plan, StringComparison.Ordinal);
        }
    }
}

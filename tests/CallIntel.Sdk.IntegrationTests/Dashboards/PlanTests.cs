using System.Globalization;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>What the executor really touches, as the application's role, with the generic plan that a prepared statement has there.</summary>
public sealed class PlanTests(DatabaseFixture fixture, ITestOutputHelper output) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Figures_and_reads_touch_one_months_partition_by_an_index()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 41, 50_000, Cancellation, contacts: 2_000);
        await using (NpgsqlCommand analyze = fixture.Database.Admin.CreateCommand("analyze"))
            await analyze.ExecuteNonQueryAsync(Cancellation);
        OrgId org = traffic.Org.Id;
        EventFilter february = EventFilter.InRange(Ranges.February);

        NpgsqlBatchCommand volume = DashboardCommand.Create(VolumeFigure.Sql, org, Ranges.February);
        volume.Parameters.Add(new NpgsqlParameter { Value = "Europe/Copenhagen" });
        volume.Parameters.Add(new NpgsqlParameter { Value = "day" });
        NpgsqlBatchCommand hours = DashboardCommand.Create(BusiestHoursFigure.Sql, org, Ranges.February);
        hours.Parameters.Add(new NpgsqlParameter { Value = "Europe/Copenhagen" });
        NpgsqlBatchCommand top = DashboardCommand.Create(TopContactsFigure.Sql, org, Ranges.February);
        top.Parameters.Add(new NpgsqlParameter { Value = 10 });

        // a month whose neighbours are within reach of the 24 hours that the two other figures look around
        TimeRange middle = new(Ranges.February.From.AddDays(5), Ranges.February.To.AddDays(-5));
        NpgsqlBatchCommand unanswered = DashboardCommand.Create(UnansweredCallsFigure.Sql, org, middle, after: UnansweredCallsFigure.Window);
        unanswered.Parameters.Add(new NpgsqlParameter { Value = "UTC" });
        NpgsqlBatchCommand responses = DashboardCommand.Create(
            ResponseTimesFigure.Sql, org, middle, before: ResponseTimesFigure.Window, after: ResponseTimesFigure.Window);

        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Member })
        {
            await using OrgSession session = await traffic.Org.OpenSessionAsync(role, Cancellation);
            foreach (NpgsqlBatchCommand command in new[]
                     {
                         volume, hours, top, unanswered, responses,
                         EventQuery.Read(org, february), EventQuery.Read(org, february.ForContact(traffic.Contacts.Values.First())),
                         EventQuery.Read(org, february.Newest(20).WithContent()),
                         EventQuery.Find(org, EventId.FirstOf(Ranges.February.From.AddDays(3)), withContent: true),
                     })
            {
                string plan = await ExplainAsync(session, command);
                output.WriteLine($"-- {role}: {command.CommandText}\n{plan}\n");
                Assert.DoesNotContain("Seq Scan on events", plan, StringComparison.Ordinal);
                Assert.DoesNotContain("Seq Scan on event_contents", plan, StringComparison.Ordinal);
                string[] scans = [.. plan.Split('\n').Where(l => l.Contains(" on event", StringComparison.Ordinal) && !l.Contains("never executed", StringComparison.Ordinal))];
                Assert.Contains(scans, line => line.Contains("events_2026_02", StringComparison.Ordinal));
                Assert.All(scans, line => Assert.Contains("_2026_02", line, StringComparison.Ordinal));
                Assert.Contains("Subplans Removed", plan, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>By PREPARE and EXPLAIN EXECUTE, because EXPLAIN of a statement with parameters plans for their values.</summary>
    static async Task<string> ExplainAsync(OrgSession session, NpgsqlBatchCommand command)
    {
        await using NpgsqlConnection connection = await session.Source.OpenConnectionAsync(Cancellation);
        await using (NpgsqlCommand mode = new("show plan_cache_mode", connection))
            Assert.Equal("force_generic_plan", await mode.ExecuteScalarAsync(Cancellation));
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (NpgsqlBatch batch = new(connection, transaction))
        {
            batch.BatchCommands.Add(session.BeginCommand());
            await batch.ExecuteNonQueryAsync(Cancellation);
        }
        (string Type, string Literal)[] parameters = [.. command.Parameters.Select(p => Literal(p.Value))];
        await using (NpgsqlCommand prepare = new($"prepare figure ({string.Join(", ", parameters.Select(p => p.Type))}) as {command.CommandText}", connection))
            await prepare.ExecuteNonQueryAsync(Cancellation);
        await using NpgsqlCommand explain = new(
            $"explain (analyze, costs off, timing off, summary off) execute figure ({string.Join(", ", parameters.Select(p => p.Literal))})", connection);
        List<string> lines = [];
        await using (NpgsqlDataReader reader = await explain.ExecuteReaderAsync(Cancellation))
        {
            while (await reader.ReadAsync(Cancellation))
                lines.Add(reader.GetString(0));
        }
        await using (NpgsqlCommand deallocate = new("deallocate figure", connection))
            await deallocate.ExecuteNonQueryAsync(Cancellation);
        return string.Join('\n', lines);
    }

    static (string Type, string Literal) Literal(object? value) => value switch
    {
        Guid id => ("uuid", $"'{id}'"),
        DateTime time => ("timestamptz", $"'{time.ToString("O", CultureInfo.InvariantCulture)}'"),
        string text => ("text", $"'{text}'"),
        int number => ("integer", number.ToString(CultureInfo.InvariantCulture)),
        short number => ("smallint", $"{number.ToString(CultureInfo.InvariantCulture)}::smallint"),
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };
}

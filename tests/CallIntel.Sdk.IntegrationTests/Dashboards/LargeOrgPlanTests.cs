using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>
/// Tests what the functions of the SDK read of an org that is much larger than the others. Generic plans expect that a
/// range of an org has only a few events, so indexes of which one reads the whole range look as good as others.
/// </summary>
public sealed partial class LargeOrgPlanTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const int Events = 6_000;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Figures_of_contacts_do_not_read_the_whole_org()
    {
        (TestOrg org, ContactId contact) = await FillAsync();
        DashboardQuery query = new(Ranges.February) { Grain = Grain.Day.In("Europe/Copenhagen") };

        string volume = await PlanAsync(VolumeFigure.Figure.Sql, query with { Filter = new() { Contact = contact } }),
            calls = await PlanAsync(CallsToReturnFigure.Figure.Sql, query, PageParameters),
            threads = await PlanAsync(ThreadsFigure.Figure.Sql, query, PageParameters),
            costs = await PlanAsync(CostFigure.Figure.Sql, query);

        Assert.Contains("conversation_key_id_idx", volume, StringComparison.Ordinal);
        Assert.Contains("conversation_key_id_idx", calls, StringComparison.Ordinal);
        Assert.All(new[] { volume, calls, threads, costs }, plan =>
            Assert.True(LargestScan(plan) < Events / 4, $"One scan read {LargestScan(plan)} events.\n{plan}")
        );

        Task<string> PlanAsync(string sql, DashboardQuery asked, params NpgsqlParameter[] more)
        {
            NpgsqlBatchCommand command = DashboardCommand.Create(sql, asked);
            foreach (NpgsqlParameter parameter in more)
                command.Parameters.Add(parameter.Clone());
            return FunctionPlan.OfAsync(fixture.Database, org.As(OrgRole.Viewer), command);
        }
    }

    /// <summary>The first page, of ten contacts.</summary>
    static NpgsqlParameter[] PageParameters =>
        [
            new() { Value = 10 },
            new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
        ];

    /// <summary>One org with 6,000 calls of 600 contacts in February, and 500 orgs with 20 of them.</summary>
    async Task<(TestOrg Org, ContactId Contact)> FillAsync()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("large", Cancellation);
        await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
            await admin.Ingestion.IngestAsync(
                new IngestSource("pbx"),
                Enumerable
                    .Range(0, Events)
                    .Select(n => new EventRecord
                    {
                        OccurredAt = Ranges.February.From.AddMinutes(6 * n),
                        Channel = EventChannel.Call,
                        Direction = EventDirection.Inbound,
                        Outcome = EventOutcome.Missed,
                        Party = $"+45321{n % 600:D5}",
                        ExternalId = $"{n}",
                        Details =
                            n % 2 == 0
                                ? new()
                                {
                                    ConversationId = $"call {n}",
                                    Price = 1,
                                    Currency = "DKK",
                                }
                                : null,
                    })
                    .ToAsyncEnumerable(),
                cancellationToken: Cancellation
            );
        await using NpgsqlCommand others = fixture.Database.Admin.CreateCommand(
            $"""
            insert into callintel_private.events (
                org_id, id, occurred_at, source_id, contact_id, channel, direction, outcome, conversation_key)
            select o.org_id, e.id, e.occurred_at, e.source_id, e.contact_id, e.channel, e.direction, e.outcome,
                   e.conversation_key
              from (select gen_random_uuid() as org_id from generate_series(1, 500)) o,
                   (select * from callintel_private.events x where x.org_id = '{org.Id}' order by x.id limit 20) e;
            analyze;
            select contact_id from callintel_private.events where org_id = '{org.Id}' order by id limit 1
            """
        );
        ContactId contact = new((Guid)(await others.ExecuteScalarAsync(Cancellation))!);
        await new CallIntelOperations(fixture.Database.Admin).RecomputeRollupsAsync(org.Id, Cancellation);
        return (org, contact);
    }

    /// <summary>The largest number of events that a scan found, or read and removed, in one loop.</summary>
    static long LargestScan(string plan)
    {
        long largest = 0;
        bool isOfEvents = false;
        foreach (string line in plan.Split('\n'))
            if (ScanOfEvents().Match(line) is { Success: true } scan)
                (isOfEvents, largest) = (true, Math.Max(largest, Number(scan)));
            else if (line.Contains("->", StringComparison.Ordinal))
                isOfEvents = false;
            else if (isOfEvents && RemovedRows().Match(line) is { Success: true } removed)
                largest = Math.Max(largest, Number(removed));
        return largest;
    }

    static long Number(Match match) => (long)double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@" on events_\S+ .*\(actual rows=([\d.]+) loops=\d+\)")]
    private static partial Regex ScanOfEvents();

    [GeneratedRegex(@"Rows Removed by (?:Filter|Index Recheck): (\d+)")]
    private static partial Regex RemovedRows();
}

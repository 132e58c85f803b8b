using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
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

    /// <summary>With "any (keys)", a generic plan read all conversations of the range.</summary>
    [Fact]
    public async Task Conversations_of_hidden_contacts_are_found_by_their_keys()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("keys", Cancellation);
        DateTimeOffset start = Ranges.February.From.AddHours(12);
        await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
            await admin.Ingestion.IngestAsync(
                new IngestSource("pbx"),
                Enumerable
                    .Range(0, 3_000)
                    .Select(n => new EventRecord
                    {
                        OccurredAt = start.AddMinutes(n),
                        Channel = EventChannel.Call,
                        Direction = EventDirection.Inbound,
                        Outcome = EventOutcome.Completed,
                        Party = $"+45321{n % 100:D5}",
                        ExternalId = $"{n}",
                        Details = new() { ConversationId = $"call {n}" },
                    })
                    .ToAsyncEnumerable(),
                cancellationToken: Cancellation
            );
        await using (
            NpgsqlCommand contact = fixture.Database.Admin.CreateCommand(
                $"select contact_id from callintel_private.events where org_id = '{org.Id}' limit 1"
            )
        )
            await PrivacyRules.SetAsync(
                org,
                new ContactId((Guid)(await contact.ExecuteScalarAsync(Cancellation))!),
                3,
                Cancellation
            );
        CallIntelOperations operations = new(fixture.Database.Admin);
        await operations.RecomputeRollupsAsync(org.Id, Cancellation);
        await using (NpgsqlCommand analyze = fixture.Database.Admin.CreateCommand("analyze"))
            await analyze.ExecuteNonQueryAsync(Cancellation);
        NpgsqlBatchCommand volume = DashboardCommand.Create(
            VolumeFigure.Figure.Sql,
            new DashboardQuery(Ranges.February)
        );
        Assert.DoesNotMatch(
            @" on events_2026_\d+ (?![^\n]*(never executed|rows=0 loops))",
            await FunctionPlan.OfAsync(fixture.Database, org.As(OrgRole.Viewer), volume)
        );
        // Cells of marked days are not used.
        await using (
            NpgsqlCommand mark = fixture.Database.Admin.CreateCommand(
                $"select callintel_private.rebuild_rollups('{org.Id}')"
            )
        )
            await mark.ExecuteNonQueryAsync(Cancellation);

        string plan = await FunctionPlan.OfAsync(fixture.Database, org.As(OrgRole.Viewer), volume, "unnest(only_keys)");

        string[] scans =
        [
            .. plan.Split('\n')
                .Where(l =>
                    l.Contains(" on events_2026_02", StringComparison.Ordinal)
                    && !l.Contains("never executed", StringComparison.Ordinal)
                    && !l.Contains("rows=0 loops=1)", StringComparison.Ordinal)
                ),
        ];
        // All records and those that the session sees of 30 conversations, and the ones that are hidden from it.
        Assert.True(scans.Length >= 2, plan);
        Assert.Contains(scans, l => l.Contains("conversation_key_id_idx", StringComparison.Ordinal));
        Assert.DoesNotContain("Rows Removed by Filter: 29", plan, StringComparison.Ordinal);
    }
}

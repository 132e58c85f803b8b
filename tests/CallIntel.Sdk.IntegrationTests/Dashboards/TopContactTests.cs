using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>
/// Top contacts, threads and calls to return of an org with many contacts: whatever is read first, the answer is that
/// of reading everything.
/// </summary>
public sealed class TopContactTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const int Contacts = 700;

    static readonly IngestSource Source = new("pbx", "asterisk", DefaultRegion: "DK");
    static readonly DateTimeOffset Start = new(2026, 2, 2, 0, 0, 0, TimeSpan.Zero);
    static readonly TimeRange Whole = new(Start.AddDays(-1), Start.AddDays(9));

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// With a steep distribution, the first entries of each day are enough. With an even one, everything is read.
    /// </summary>
    [Theory]
    [InlineData(6.0)]
    [InlineData(1.0)]
    public async Task Top_contacts_from_cells_are_those_computed_from_the_events(double steepness)
    {
        (TestOrg org, EventRecord[] records) = await FillAsync(steepness, recordsOfCall: 3);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        foreach (int number in new[] { 0, 1, 3, 9, 30 })
            await admin.Privacy.SetAsync(
                (await admin.Contacts.FindByNumberAsync(NumberOf(number), cancellationToken: Cancellation))!.Value,
                new PrivacyRule
                {
                    Level = number % 2 == 0 ? PrivacyLevel.Hidden : PrivacyLevel.Restricted,
                    Members = number % 2 == 0 ? [] : [org.Members[OrgRole.Analyst]],
                },
                Cancellation
            );
        CallIntelOperations operations = new(fixture.Database.Admin);
        await operations.RecomputeRollupsAsync(org.Id, Cancellation);
        await CompareAsync(org);
        // Marked days are read from the events, and the others from cells.
        await admin.Ingestion.IngestAsync(
            Source,
            records
                .Where((_, i) => i % 50 == 0)
                .Select(r => r with { ExternalId = $"again {r.ExternalId}", OccurredAt = r.OccurredAt.AddMinutes(1) })
                .ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        await CompareAsync(org);
        Assert.Equal(0, (await operations.VerifyRollupsAsync(org.Id, Cancellation)).Wrong);
    }

    [Fact]
    public async Task Pages_of_threads_and_calls_to_return_contain_each_contact_once_in_the_order_of_time()
    {
        (TestOrg org, EventRecord[] records) = await FillAsync(2.0, recordsOfCall: 1);
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        DashboardQuery query = new(Whole);
        List<ContactThread> threads = [];
        while (await PageAsync(threads.LastOrDefault()) is { Count: > 0 } page)
            threads.AddRange(page);
        Assert.Equal(
            records
                .GroupBy(r => r.Party)
                .Select(g =>
                    (
                        Last: g.Max(r => r.OccurredAt),
                        Calls: g.Count(r => r.Channel is EventChannel.Call),
                        Messages: g.Count(r => r.Channel is EventChannel.Sms)
                    )
                )
                .OrderByDescending(t => t.Last),
            threads.Select(t => (t.LastEvent, (int)t.Calls, (int)t.Messages))
        );
        Assert.Equal(threads.Count, threads.Select(t => t.Contact).Distinct().Count());

        List<CallToReturn> calls = [];
        while (
            (await viewer.Dashboards.CallsToReturnAsync(query, 7, calls.LastOrDefault(), Cancellation)).Rows
                is { Count: > 0 } page
        )
            calls.AddRange(page);
        Assert.Equal(
            records
                .Where(r => r.Channel is EventChannel.Call)
                .GroupBy(r => r.Party)
                .Select(g =>
                    (
                        Missed: g.Where(r => r.Outcome is EventOutcome.Missed && r.Direction is EventDirection.Inbound)
                            .ToArray(),
                        Talk: g.Where(r =>
                                r.Outcome is EventOutcome.Completed || r.Direction is EventDirection.Outbound
                            )
                            .Select(r => (DateTimeOffset?)r.OccurredAt)
                            .Max()
                    )
                )
                .Where(c => c.Missed.Length > 0 && !(c.Talk >= c.Missed.Max(r => r.OccurredAt)))
                .Select(c => (Last: c.Missed.Max(r => r.OccurredAt), c.Missed.Length))
                .OrderByDescending(c => c.Last),
            calls.Select(c => (c.LastCall, (int)c.Calls))
        );

        async Task<IReadOnlyList<ContactThread>> PageAsync(ContactThread? after) =>
            (await viewer.Dashboards.ThreadsAsync(query, 40, after, Cancellation)).Rows;
    }

    /// <summary>Compares the answers of several sessions with those of an org without cells, in one snapshot.</summary>
    async Task CompareAsync(TestOrg org)
    {
        foreach (OrgRole role in new[] { OrgRole.Owner, OrgRole.Viewer, OrgRole.Analyst })
        foreach (int most in new[] { 1, 5, 200 })
        foreach (
            (DateTimeOffset from, DateTimeOffset to) in new[]
            {
                (Whole.From, Whole.To),
                (Start.AddDays(2).AddMinutes(7), Start.AddDays(5).AddHours(3)),
            }
        )
        {
            await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
            await using (
                NpgsqlBatch context = new(connection, transaction)
                {
                    BatchCommands =
                    {
                        fixture.Database.DataSource.Database.BeginCommand(org.As(role), (long)Permission.All),
                    },
                }
            )
                await context.ExecuteNonQueryAsync(Cancellation);
            string[] fromCells = await AnswerAsync();
            await using (
                NpgsqlCommand forget = new(
                    $"delete from callintel_private.rollup_states where org_id = '{org.Id}'",
                    connection,
                    transaction
                )
            )
                Assert.Equal(1, await forget.ExecuteNonQueryAsync(Cancellation));
            string[] fromEvents = await AnswerAsync();
            Assert.True(fromEvents.Length > 1);
            Assert.Equal(fromEvents, fromCells);

            async Task<string[]> AnswerAsync()
            {
                await using NpgsqlCommand ask = new(
                    "select array(select t::text from callintel.count_events_by_contact($1, $2, $3) t)",
                    connection,
                    transaction
                );
                ask.Parameters.AddWithValue(from.UtcDateTime);
                ask.Parameters.AddWithValue(to.UtcDateTime);
                ask.Parameters.AddWithValue(most);
                return (string[])(await ask.ExecuteScalarAsync(Cancellation))!;
            }
        }
    }

    async Task<(TestOrg Org, EventRecord[] Records)> FillAsync(double steepness, int recordsOfCall)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"contacts {steepness}", Cancellation);
        Random random = new(5);
        EventRecord[] records =
        [
            .. Enumerable
                .Range(0, 6_000)
                .Select(i =>
                {
                    bool isCall = random.Next(2) == 0;
                    return new EventRecord
                    {
                        OccurredAt = Start.AddSeconds(i * 110),
                        Channel = isCall ? EventChannel.Call : EventChannel.Sms,
                        Direction = random.Next(3) == 0 ? EventDirection.Outbound : EventDirection.Inbound,
                        Outcome = random.Next(2) == 0 ? EventOutcome.Missed : EventOutcome.Completed,
                        Party = NumberOf((int)(Contacts * Math.Pow(random.NextDouble(), steepness))),
                        Duration = isCall ? TimeSpan.FromSeconds(random.Next(300)) : null,
                        Body = isCall ? null : $"besked {i}",
                        Details = isCall ? new EventDetails { ConversationId = $"{i / recordsOfCall}" } : null,
                        ExternalId = $"{i}",
                    };
                }),
        ];
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestReport report = await admin.Ingestion.IngestAsync(
            Source,
            records.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Assert.Equal(records.Length, report.Inserted);
        return (org, records);
    }

    static string NumberOf(int contact) => $"+4520{contact:D6}";
}

using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>
/// A database of its own with partitions for a month that ended long ago and for the month after it, which is not due
/// with the retention of the tests.
/// </summary>
sealed class EventMonthHarness : IAsyncDisposable
{
    internal static readonly IngestSource Source = new("pbx", "asterisk", DefaultRegion: "DK");

    EventMonthHarness(TestDatabase database, DateOnly month) => (Database, Month) = (database, month);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal TestDatabase Database { get; }

    /// <summary>The month that tests drop.</summary>
    internal DateOnly Month { get; }

    internal DateTimeOffset Start => new(Month.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    internal DateTimeOffset End => Start.AddMonths(1);

    /// <summary>The month and the one after it.</summary>
    internal TimeRange BothMonths => new(Start.AddDays(-2), Start.AddMonths(2));

    /// <summary>The retention with which the month is due and the next one is not.</summary>
    internal int Retention => (int)(TimeProvider.System.GetUtcNow() - End).TotalDays;

    internal CallIntelOperations Operations => new(Database.Admin);

    internal static async Task<EventMonthHarness> CreateAsync(MigratedTemplate template)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        DateOnly month = new DateOnly(now.Year, now.Month, 1).AddMonths(-14);
        EventMonthHarness harness = new(await template.CloneAsync(), month);
        await harness.Operations.EnsurePartitionsAsync(month.AddMonths(-1), month.AddMonths(2), Cancellation);
        return harness;
    }

    /// <summary>An org with the retention of the tests.</summary>
    internal async Task<TestOrg> CreateOrgAsync(string name, bool hasRetention = true)
    {
        TestOrg org = await Database.CreateOrgAsync(name, Cancellation);
        if (hasRetention)
        {
            await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
            await admin.SubjectRequests.SetRetentionAsync(Retention, Cancellation);
        }
        return org;
    }

    /// <summary>
    /// Stores messages and calls of three contacts through both months, four a day. Calls have two records each; one of
    /// them begins in the month and ends after it.
    /// </summary>
    internal async Task<IReadOnlyList<EventRecord>> FillAsync(TestOrg org)
    {
        List<EventRecord> records = [];
        for (int i = 0; i < 4 * 58; i++)
        {
            DateTimeOffset time = Start.AddMinutes(47 + 360 * i);
            if (i % 2 == 0)
                records.Add(Message(i, time));
            else
                records.AddRange([
                    Call(i, time, EventOutcome.Missed),
                    Call(i, time.AddMinutes(2), i % 3 == 0 ? EventOutcome.Missed : EventOutcome.Completed),
                ]);
        }
        records.Add(Call(9_001, End.AddMinutes(-3), EventOutcome.Missed));
        records.Add(Call(9_001, End.AddMinutes(3), EventOutcome.Completed));
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestReport report = await admin.Ingestion.IngestAsync(
            Source,
            records.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Assert.Equal(records.Count, report.Inserted);
        return records;
    }

    internal static EventRecord Message(int number, DateTimeOffset time) =>
        new()
        {
            OccurredAt = time,
            Channel = EventChannel.Sms,
            Direction = number % 4 == 0 ? EventDirection.Inbound : EventDirection.Outbound,
            Outcome = EventOutcome.Completed,
            Party = $"+45200000{number % 3:D2}",
            Body = $"besked {number} æøå",
            ExternalId = $"m{number}",
        };

    static EventRecord Call(int number, DateTimeOffset time, EventOutcome outcome) =>
        new()
        {
            OccurredAt = time,
            Channel = EventChannel.Call,
            Direction = EventDirection.Inbound,
            Outcome = outcome,
            Party = $"+45200000{number % 3:D2}",
            Duration = TimeSpan.FromSeconds(outcome is EventOutcome.Completed ? 60 : 0),
            Details = new EventDetails { ConversationId = $"c{number}" },
            ExternalId = $"c{number} {time:O}",
        };

    /// <summary>Drops what is due and returns the report about the month.</summary>
    internal async Task<EventMonthReport> DropAsync(bool dryRun = false) =>
        Assert.Single(await Operations.DropExpiredEventMonthsAsync(dryRun, Cancellation), report =>
            report.Month == Month
        );

    /// <summary>One attempt to drop the month, as an operator sends it.</summary>
    internal Task<short> TryDropAsync() =>
        ScalarAsync<short>(Database, "select outcome from callintel.drop_event_month($1, false)", Month);

    internal Task<bool> HasPartitionAsync() =>
        ScalarAsync<bool>(Database, $"select to_regclass('callintel_private.events_{Month:yyyy_MM}') is not null");

    /// <summary>The number of rows of a table that belong to an event of the month.</summary>
    internal Task<long> CountAsync(TestOrg org, string table, string column = "event_id") =>
        ScalarAsync<long>(
            Database,
            $"select count(*) from callintel_private.{table} where org_id = $1 "
                + $"and {column} >= callintel.first_id($2) and {column} < callintel.first_id($3)",
            org.Id.Value,
            Start,
            End
        );

    /// <summary>The figures that are answered from cells, as text, by day of UTC.</summary>
    internal async Task<string> FiguresAsync(TestOrg org)
    {
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        DashboardReader dashboards = viewer.Dashboards;
        return string.Join(
            '\n',
            [
                .. (await dashboards.VolumeAsync(BothMonths, Grain.Day, Cancellation)).Rows.Select(r => $"{r}"),
                .. (await dashboards.VolumeAsync(BothMonths, Grain.Hour, Cancellation)).Rows.Select(r => $"{r}"),
                .. (await dashboards.AnswerRateAsync(BothMonths, Grain.Day, Cancellation)).Rows.Select(r => $"{r}"),
                .. (await dashboards.MemberActivityAsync(BothMonths, Cancellation)).Rows.Select(r => $"{r}"),
                .. (
                    await dashboards.UnansweredCallsAsync(
                        new TimeRange(BothMonths.From, End),
                        cancellationToken: Cancellation
                    )
                ).Rows.Select(r => $"{r}"),
            ]
        );
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>
/// What answers, and differences between answers, tell about hidden contacts. Two orgs have the same visible events.
/// Their hidden events agree only in what docs/rls.md says that a total may tell: the whole hour, the channel and the
/// direction. They differ in the minute, the duration, the outcome, the member, the line, the source and the contact.
/// If no question gets different answers in the two orgs, neither does a difference between two questions.
/// </summary>
public sealed class DifferenceTests(DatabaseFixture fixture, ITestOutputHelper output) : IClassFixture<DatabaseFixture>
{
    static readonly DateTimeOffset Start = new(2026, 3, 26, 0, 0, 0, TimeSpan.Zero);
    static readonly string[] ZoneNames = ["UTC", "Europe/Copenhagen", "Asia/Kathmandu", "America/New_York"];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_question_tells_more_of_hidden_contacts_than_hours_channels_and_directions(bool fromCells)
    {
        int questions = FuzzSize.IsLong ? 50_000 : 300;
        Random random = new(fromCells ? 7 : 8);
        TestOrg one = await CreateAsync(11, Cancellation),
            other = await CreateAsync(12, Cancellation);
        if (fromCells)
            foreach (TestOrg org in new[] { one, other })
                await new CallIntelOperations(fixture.Database.Admin).RecomputeRollupsAsync(org.Id, Cancellation);
        // Otherwise equal answers would show nothing.
        Assert.NotEqual(await HiddenAsync(one), await HiddenAsync(other));

        int rows = 0,
            hidden = 0;
        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Analyst })
        {
            await using OrgSession first = await one.OpenSessionAsync(role, Cancellation),
                second = await other.OpenSessionAsync(role, Cancellation);
            for (int question = 0; question < questions / 2; question++)
            {
                int figure = random.Next(8);
                DashboardQuery query = CreateQuery(random);
                string answer = await AnswerAsync(first, figure, query);
                Assert.Equal(
                    ($"{figure} {query}", answer),
                    ($"{figure} {query}", await AnswerAsync(second, figure, query))
                );
                rows += answer.Length > 0 ? 1 : 0;
                hidden += figure < 2 && query.Filter == DashboardFilter.All ? 1 : 0;
            }
        }
        output.WriteLine($"{questions} pairs of questions, {rows} with rows, {hidden} count hidden contacts");
        Assert.True(rows > questions / 4);
        Assert.True(hidden > questions / 50);
    }

    DashboardQuery CreateQuery(Random random)
    {
        DateTimeOffset from = Start.AddMinutes(random.Next(0, 6 * 24 * 60));
        TimeSpan length = random.Next(3) switch
        {
            0 => TimeSpan.FromSeconds(random.Next(1, 7200)),
            1 => TimeSpan.FromMinutes(random.Next(1, 9000)),
            _ => TimeSpan.FromDays(7),
        };
        if (random.Next(3) == 0)
            from = Start.AddHours(random.Next(6 * 24));
        DashboardFilter filter = DashboardFilter.All;
        for (int conditions = random.Next(3); conditions > 0; conditions--)
            filter = random.Next(9) switch
            {
                0 or 1 => filter with { Channel = (EventChannel)random.Next(1, 5) },
                2 or 3 => filter with { Direction = (EventDirection)random.Next(1, 3) },
                4 => filter with { Outcome = (EventOutcome)random.Next(0, 8) },
                5 => filter with { Member = new MemberId(Digest($"member {random.Next(3)}")) },
                6 => filter with { Line = new LineId(Digest($"line {random.Next(3)}")) },
                7 => filter with { Contact = new ContactId(Digest($"contact {random.Next(12)}")) },
                _ => filter with { DuringBusinessHours = random.Next(2) == 0 },
            };
        Grain[] grains = [Grain.Hour, Grain.Day, Grain.Week, Grain.Month];
        return new DashboardQuery(new TimeRange(from, from + length))
        {
            Grain = random.GetItems(grains, 1)[0].In(random.GetItems(ZoneNames, 1)[0]),
            Filter = random.Next(12) == 0 ? new() { Source = Digest("source 0") } : filter,
            ComparesWithPrevious = random.Next(4) == 0,
        };
    }

    static async Task<string> AnswerAsync(OrgSession session, int figure, DashboardQuery query)
    {
        DashboardReader dashboards = session.Dashboards;
        return figure switch
        {
            0 => Text(await dashboards.VolumeAsync(query, Cancellation)),
            1 => Text(await dashboards.BusiestHoursAsync(query, Cancellation)),
            2 => Text(await dashboards.TopContactsAsync(query, 3, Cancellation)),
            3 => Text(await dashboards.AnswerRateAsync(query, Cancellation)),
            4 => Text(await dashboards.MemberActivityAsync(query, Cancellation)),
            5 => Text(await dashboards.LineActivityAsync(query, Cancellation)),
            6 => Text(await dashboards.ResponseTimesAsync(query, Cancellation)),
            // Missed calls and the hours in which they are returned are part of the documented totals of this figure.
            _ => Text(
                await dashboards.UnansweredCallsAsync(
                    query with
                    {
                        Filter = new() { Outcome = EventOutcome.Busy },
                    },
                    Cancellation
                )
            ),
        };

        static string Text<T>(DashboardAnswer<T> answer) =>
            string.Join('\n', answer.Rows)
            + (answer.Previous is { } previous ? $"\nbefore\n{string.Join('\n', previous.Rows)}" : "");
    }

    /// <summary>The visible events are those of seed 0 in every org; the hidden ones vary with the seed.</summary>
    async Task<TestOrg> CreateAsync(int seed, CancellationToken cancellationToken)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"hidden {seed}", cancellationToken);
        await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, cancellationToken))
            await admin.Organization.SetBusinessHoursAsync(
                new BusinessHours(
                    "Europe/Copenhagen",
                    [.. Enum.GetValues<DayOfWeek>().Select(d => new OpeningHours(d, new(8, 20), new(16, 40)))],
                    []
                ),
                cancellationToken
            );
        Random random = new(seed);
        await InsertAsync(
            org,
            Enumerable.Range(0, 500).Select(n => Row(new Random(n), n, 0, 12, n % 3 == 0 ? n / 9 : null))
        );
        List<string> rows = [];
        for (int n = 0; n < 250; n++)
        {
            // The hour, the channel and the direction follow from the number, the rest from the seed.
            Random same = new(5000 + n);
            DateTimeOffset hour = Start.AddHours(same.Next(7 * 24));
            int channel = same.Next(1, 5),
                direction = same.Next(1, 3);
            rows.Add(
                Values(
                    1000 + n,
                    hour.AddSeconds(random.Next(3600)),
                    random,
                    channel,
                    direction,
                    $"hidden {random.Next(4)}",
                    3,
                    channel == 1 && random.Next(2) == 0 ? $"alone {n}" : null
                )
            );
        }
        await InsertAsync(org, rows);
        return org;

        static string Row(Random random, int n, int level, int contacts, int? call) =>
            Values(
                n,
                Start.AddSeconds(random.Next(7 * 24 * 3600)),
                random,
                call is null ? random.Next(1, 5) : 1,
                random.Next(1, 3),
                $"contact {random.Next(contacts)}",
                level,
                call is { } key ? $"call {key}" : null
            );
    }

    static string Values(
        int n,
        DateTimeOffset time,
        Random random,
        int channel,
        int direction,
        string contact,
        int level,
        string? call
    ) =>
        $"""
            ({n}, '{time:O}'::timestamptz, '{Digest($"source {random.Next(2)}")}'::uuid, '{Digest(contact)}'::uuid,
             '{Digest($"member {random.Next(3)}")}'::uuid, {random.Next(900)}, {channel}::smallint,
             {direction}::smallint, {random.Next(8)}::smallint,
             {(call is null ? "null" : $"'{Digest(call)}'")}::uuid, '{Digest($"line {random.Next(3)}")}'::uuid,
             {level}::smallint)
            """;

    async Task InsertAsync(TestOrg org, IEnumerable<string> rows)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            $"""
            insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id, duration_s,
                channel, direction, outcome, conversation_key, line_id, level)
            select '{org.Id}',
                   encode(substr(uuid_send(callintel.first_id(v.occurred_at)), 1, 6) || '\x8000'::bytea
                          || substr(sha256(int4send(v.n)), 1, 8), 'hex')::uuid,
                   v.occurred_at, v.source, v.contact, v.member, v.duration, v.channel, v.direction, v.outcome,
                   v.conversation, v.line, v.level
              from (values {string.Join(",\n", rows)}) as v (n, occurred_at, source, contact, member, duration, channel,
                       direction, outcome, conversation, line, level)
            """
        );
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>What an admin with a purpose sees of the hidden contacts.</summary>
    async Task<string> HiddenAsync(TestOrg org)
    {
        await using OrgSession admin = await fixture.Database.DataSource.OpenSessionAsync(
            org.As(OrgRole.Admin) with
            {
                Purpose = AccessPurpose.LegalObligation,
            },
            Cancellation
        );
        return string.Join(
            '\n',
            (
                await admin.Dashboards.MemberActivityAsync(
                    new TimeRange(Start.AddDays(-1), Start.AddDays(9)),
                    Cancellation
                )
            ).Rows
        );
    }

    static Guid Digest(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

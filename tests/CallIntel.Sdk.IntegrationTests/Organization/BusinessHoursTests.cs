using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Organization;

public sealed class BusinessHoursTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Business_hours_are_replaced_as_a_whole()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("hours", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        Assert.Null(await admin.Organization.GetBusinessHoursAsync(Cancellation));
        BusinessHours hours = new(
            "Europe/Copenhagen",
            [
                Open(DayOfWeek.Sunday, "00:00", "00:00"),
                Open(DayOfWeek.Monday, "09:00", "12:30"),
                Open(DayOfWeek.Monday, "12:30", "17:00"),
                Open(DayOfWeek.Saturday, "22:00", "00:00"),
            ],
            [new DateOnly(2026, 12, 24), new DateOnly(2026, 12, 25)]
        );
        await admin.Organization.SetBusinessHoursAsync(
            hours with
            {
                Weekly = [.. hours.Weekly.Reverse()],
                Holidays = [.. hours.Holidays.Reverse(), hours.Holidays[0]],
            },
            Cancellation
        );
        AssertSame(hours, await admin.Organization.GetBusinessHoursAsync(Cancellation));
        // own queries compare with times of the home zone
        Assert.Equal(
            "23:59:59",
            await admin
                .QueryAsync(
                    """
                    select max(t)::text from callintel.business_hours b, (values (time '21:59'), ('23:59:59')) v (t)
                     where b.weekday = 6 and v.t >= b.opens and v.t < b.closes
                    """,
                    row => row.GetString(0),
                    cancellationToken: Cancellation
                )
                .SingleAsync(Cancellation)
        );

        BusinessHours none = new("UTC", [], []);
        await admin.Organization.SetBusinessHoursAsync(none, Cancellation);
        AssertSame(none, await admin.Organization.GetBusinessHoursAsync(Cancellation));
        Assert.Equal(
            "set 4, set 0",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action || ' ' || row_count, ', ' order by occurred_at, id)
                  from callintel_private.audit_log where org_id = $1 and op = 0 and object = 'business_hours'
                """,
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task The_query_of_the_guide_counts_events_of_teams_in_and_outside_of_business_hours()
    {
        string guide = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/guides/lines-and-teams.md"),
            Cancellation
        );
        string sql = guide.Split("```sql")[1].Split("```")[0];
        TestOrg org = await fixture.Database.CreateOrgAsync("guide", Cancellation);
        MemberId anna = org.Members[OrgRole.Member];
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Teams.AddMemberAsync(await admin.Teams.CreateAsync("Support", Cancellation), anna, Cancellation);
        DateTimeOffset moment = TimeProvider.System.GetUtcNow().AddDays(-1);
        await admin.Ingestion.WriteAsync(
            new IngestSource("guide"),
            [
                new EventRecord
                {
                    Channel = EventChannel.Call,
                    Direction = EventDirection.Inbound,
                    OccurredAt = moment,
                    Outcome = EventOutcome.Completed,
                    Party = "+4520000100",
                    Member = anna,
                },
            ],
            Cancellation
        );
        BusinessHours always = new(
            "Asia/Tokyo",
            [.. Enum.GetValues<DayOfWeek>().Select(d => Open(d, "00:00", "00:00"))],
            []
        );
        await admin.Organization.SetBusinessHoursAsync(always, Cancellation);
        Assert.Equal("Support 1 0", await CountAsync());
        DateOnly day = DateOnly.FromDateTime(moment.UtcDateTime.AddHours(9));
        await admin.Organization.SetBusinessHoursAsync(always with { Holidays = [day] }, Cancellation);
        Assert.Equal("Support 0 1", await CountAsync());

        Task<string> CountAsync() =>
            admin
                .QueryAsync(
                    sql,
                    row => $"{row.GetString(0)} {row.GetInt64(1)} {row.GetInt64(2)}",
                    cancellationToken: Cancellation
                )
                .SingleAsync(Cancellation)
                .AsTask();
    }

    [Fact]
    public async Task Business_hours_are_read_by_roles_that_read_dashboards_and_set_by_admins()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("roles of hours", Cancellation);
        BusinessHours hours = new("UTC", [Open(DayOfWeek.Monday, "09:00", "17:00")], []);
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Organization.SetBusinessHoursAsync(hours, Cancellation);
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            BusinessHours read = (await session.Organization.GetBusinessHoursAsync(Cancellation))!;
            Assert.Equal((role, role is OrgRole.Ingester ? 0 : 1), (role, read.Weekly.Count));
            if (role < OrgRole.Admin)
                await RefusedAsync(ErrorCodes.NotAllowed, () =>
                    session.Organization.SetBusinessHoursAsync(hours, Cancellation)
                );
            else
                await session.Organization.SetBusinessHoursAsync(hours, Cancellation);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("CET")]
    [InlineData("Foo+3")]
    [InlineData("Europe/Kopenhagen")]
    [InlineData("+02:00")]
    [InlineData("Europe/Copenhagen\n")]
    [InlineData("Europe/København")]
    [InlineData("nul\0")]
    public async Task Invalid_time_zone_names_are_rejected(string zone)
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await RefusedAsync(ErrorCodes.UnknownTimeZone, () =>
            admin.Organization.SetBusinessHoursAsync(new BusinessHours(zone, [], []), Cancellation)
        );
    }

    [Fact]
    public async Task Overlapping_reversed_and_excessive_intervals_are_rejected()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        OpeningHours[][] invalid =
        [
            [Open(DayOfWeek.Monday, "09:00", "12:00"), Open(DayOfWeek.Monday, "11:59", "13:00")],
            [Open(DayOfWeek.Monday, "09:00", "17:00"), Open(DayOfWeek.Monday, "10:00", "11:00")],
            [Open(DayOfWeek.Monday, "09:00", "12:00"), Open(DayOfWeek.Monday, "09:00", "12:00")],
            [Open(DayOfWeek.Friday, "22:00", "06:00")],
            [Open(DayOfWeek.Friday, "09:00", "09:00")],
            [Open((DayOfWeek)7, "09:00", "10:00")],
            [new OpeningHours(DayOfWeek.Friday, new TimeOnly(9, 0, 1), new TimeOnly(10, 0))],
            [
                .. Enumerable
                    .Range(0, BusinessHours.MaxIntervals + 1)
                    .Select(i => new OpeningHours(
                        (DayOfWeek)(i % 7),
                        new TimeOnly(i / 7 / 60, i / 7 % 60),
                        new TimeOnly(((i / 7) + 1) / 60, ((i / 7) + 1) % 60)
                    )),
            ],
        ];
        foreach (OpeningHours[] weekly in invalid)
            await RefusedAsync(ErrorCodes.InvalidBusinessHours, () =>
                admin.Organization.SetBusinessHoursAsync(new BusinessHours("UTC", weekly, []), Cancellation)
            );
        DateOnly[] days =
        [
            .. Enumerable.Range(0, BusinessHours.MaxHolidays + 1).Select(i => DateOnly.FromDayNumber(739_000 + i)),
        ];
        await RefusedAsync(ErrorCodes.InvalidBusinessHours, () =>
            admin.Organization.SetBusinessHoursAsync(new BusinessHours("UTC", [], days), Cancellation)
        );
        // what only injected SQL sends
        foreach (
            string arguments in (string[])
                [
                    "null, '{}', '{}', '{}'",
                    "'{1}', '{}', '{60}', '{}'",
                    "'{1}', '{0}', '{60,120}', '{}'",
                    "'{null}', '{0}', '{60}', '{}'",
                    "'{-1}', '{0}', '{60}', '{}'",
                    "'{1}', '{-1}', '{60}', '{}'",
                    "'{1}', '{0}', '{1441}', '{}'",
                    "'{}', '{}', '{}', '{infinity}'",
                    "'{}', '{}', '{}', '{null}'",
                ]
        )
            await RefusedAsync(ErrorCodes.InvalidBusinessHours, () =>
                admin
                    .QueryAsync(
                        $"select callintel.set_business_hours('UTC', {arguments})",
                        row => 0,
                        cancellationToken: Cancellation
                    )
                    .CountAsync(Cancellation)
                    .AsTask()
            );
        Assert.Null(await admin.Organization.GetBusinessHoursAsync(Cancellation));
    }

    static OpeningHours Open(DayOfWeek day, string opens, string closes) =>
        new(
            day,
            TimeOnly.Parse(opens, System.Globalization.CultureInfo.InvariantCulture),
            TimeOnly.Parse(closes, System.Globalization.CultureInfo.InvariantCulture)
        );

    static void AssertSame(BusinessHours expected, BusinessHours? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.HomeZone, actual.HomeZone);
        Assert.Equal(expected.Weekly, actual.Weekly);
        Assert.Equal(expected.Holidays, actual.Holidays);
    }
}

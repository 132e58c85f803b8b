using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

public sealed class DashboardVisibilityTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Viewers_count_all_events_members_their_own_and_other_orgs_none()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 21, 1_000, Cancellation);
        MemberId member = traffic.Org.Members[OrgRole.Member];
        Assert.Equal(1_000, await EventsAsync(traffic.Org, OrgRole.Viewer));
        Assert.Equal(traffic.Records.Count(r => r.Member == member), await EventsAsync(traffic.Org, OrgRole.Member));
        Assert.Equal(0, await EventsAsync(fixture.Foreign, OrgRole.Owner));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Hidden_contacts_are_counted_but_not_listed(short level)
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 33, 1_500, Cancellation);
        // Calls of a hidden contact count as returned by whole hours. For some calls of this one it makes a difference.
        (EventRecord[] kept, Dictionary<DateOnly, long> later) = traffic
            .Contacts.Values.Select(contact => traffic.Records.Where(r => traffic.ContactOf(r) == contact).ToArray())
            .Select(records => (Records: records, Later: ReturnedWithinHours(records)))
            .First(x => x.Later.Count > 0);
        ContactId secret = traffic.ContactOf(kept[0])!.Value;
        Totals before = await TotalsAsync(traffic.Org, OrgRole.Viewer);
        await PrivacyRules.SetAsync(traffic.Org, secret, level, Cancellation);

        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Analyst })
        {
            Totals after = await TotalsAsync(traffic.Org, role);
            Assert.Equal(before.Volume, after.Volume);
            Assert.Equal(before.Hours, after.Hours);
            Assert.Equal(
                before.Unanswered.Select(d => d with { CalledBack = d.CalledBack + later.GetValueOrDefault(d.Day) }),
                after.Unanswered
            );
            Assert.Equal(before.TalkSeconds - kept.Sum(r => (long)(r.Duration?.TotalSeconds ?? 0)), after.TalkSeconds);
            Assert.DoesNotContain(after.Top, row => row.Contact == secret);
            ContactVolume other = after.Top[^1];
            Assert.Null(other.Contact);
            Assert.Null(other.LastEvent);
            Assert.Equal(traffic.Records.Count(r => r.Party is not null), after.Top.Sum(row => row.Events));
        }

        // a member counts what they see; who sees the contact sees it in the figures
        MemberId member = traffic.Org.Members[OrgRole.Member];
        Assert.Equal(
            traffic.Records.Count(r => r.Member == member) - kept.Count(r => r.Member == member),
            await EventsAsync(traffic.Org, OrgRole.Member)
        );
        Assert.Equal(traffic.Records.Count, await EventsAsync(traffic.Org, OrgRole.Admin));
        await using OrgSession purposeful = await fixture.Database.DataSource.OpenSessionAsync(
            traffic.Org.As(OrgRole.Admin) with
            {
                Purpose = AccessPurpose.LegalObligation,
            },
            Cancellation
        );
        Assert.Contains((await purposeful.Dashboards.TopContactsAsync(Ranges.All, 100, Cancellation)).Rows, row =>
            row.Contact == secret
        );
    }

    [Fact]
    public async Task Narrowing_a_range_to_one_event_reveals_nothing_about_a_hidden_contact()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 51, 1_500, Cancellation);
        ContactId secret = traffic.Contacts.Values.MaxBy(c => traffic.Records.Count(r => traffic.ContactOf(r) == c));
        await PrivacyRules.SetAsync(traffic.Org, secret, 3, Cancellation);
        DateTimeOffset[] kept =
        [
            .. traffic.Records.Where(r => traffic.ContactOf(r) == secret).Select(r => r.OccurredAt),
        ];
        // alone in its hour, not at the beginning of it
        DateTimeOffset alone = kept.Order()
            .Last(t => t.UtcDateTime is { Minute: > 0 and < 59 } && kept.Count(x => HourOf(x) == HourOf(t)) == 1);
        TimeSpan second = TimeSpan.FromSeconds(1);
        await using OrgSession analyst = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);

        foreach (
            TimeRange range in new[]
            {
                new TimeRange(alone, alone + second),
                new TimeRange(HourOf(alone), HourOf(alone).AddHours(1)),
            }
        )
        {
            long seen = traffic.Records.Count(r => range.Holds(r) && traffic.ContactOf(r) != secret);
            // what a plain count of all rows would have revealed
            Assert.NotEqual(seen, traffic.Records.Count(r => range.Holds(r)));
            foreach (Grain grain in new[] { Grain.Hour, Grain.Day.In("Asia/Kathmandu"), Grain.Month })
                Assert.Equal(
                    seen,
                    (await analyst.Dashboards.VolumeAsync(range, grain, Cancellation)).Rows.Sum(r => r.Events)
                );
            Assert.Equal(
                seen,
                (await analyst.Dashboards.BusiestHoursAsync(range, "Asia/Kathmandu", Cancellation)).Rows.Sum(r =>
                    r.Events
                )
            );
            Assert.Equal(
                traffic.Records.Count(r => range.Holds(r) && r.Party is not null && traffic.ContactOf(r) != secret),
                (await analyst.Dashboards.TopContactsAsync(range, 100, Cancellation)).Rows.Sum(r => r.Events)
            );
        }

        // nor does the difference of two long ranges tell the minute, or which of an hour's halves
        long until = await KeptAsync(new TimeRange(Ranges.All.From, alone)),
            including = await KeptAsync(new TimeRange(Ranges.All.From, alone + second));
        Assert.True(until >= DashboardReader.SmallestGroup);
        Assert.Equal(until, including);
        Assert.Equal(kept.LongCount(t => t < HourOf(alone)), until);

        async Task<long> KeptAsync(TimeRange range) =>
            (await analyst.Dashboards.VolumeAsync(range, Grain.Month, Cancellation)).Rows.Sum(r => r.Events)
            - traffic.Records.Count(r => range.Holds(r) && traffic.ContactOf(r) != secret);
    }

    [Fact]
    public async Task Fewer_hidden_calls_than_the_smallest_group_are_not_counted()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("few calls", Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        for (int calls = 1; calls <= DashboardReader.SmallestGroup + 1; calls++)
        {
            await using NpgsqlCommand call = fixture.Database.Admin.CreateCommand(
                $"""
                insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, channel,
                    direction, outcome, level)
                select '{org.Id}', callintel.first_id(t), t, gen_random_uuid(), md5('hidden')::uuid, 1, 1, 2, 3
                  from (values (timestamptz '2026-01-20 10:00Z' + {calls} * interval '1 minute')) as x (t)
                """
            );
            await call.ExecuteNonQueryAsync(Cancellation);
            long counted = calls < DashboardReader.SmallestGroup ? 0 : calls;
            IReadOnlyList<UnansweredDay> days = (
                await analyst.Dashboards.UnansweredCallsAsync(Ranges.All, "Europe/Copenhagen", Cancellation)
            ).Rows;
            Assert.Equal((counted, counted), (days.Sum(d => d.Calls), days.Sum(d => d.Unanswered)));
            Assert.Equal(
                counted,
                (await analyst.Dashboards.VolumeAsync(Ranges.All, Grain.Day, Cancellation)).Rows.Sum(r => r.Events)
            );
        }
    }

    [Fact]
    public async Task Counting_functions_return_nothing_to_other_roles_and_use_one_minimum_group_size()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 52, 500, Cancellation);
        await PrivacyRules.SetAsync(traffic.Org, traffic.Contacts.Values.First(), 2, Cancellation);
        const string Count =
            "select count(*) from callintel_private.count_hidden_events('2025-01-01Z', '2027-01-01Z', 'day', 'UTC')";
        foreach (
            (OrgRole role, bool counts) in new[]
            {
                (OrgRole.Viewer, true),
                (OrgRole.Analyst, true),
                (OrgRole.Member, false),
                (OrgRole.Owner, false),
            }
        )
        {
            await using SessionTransaction session = await SessionTransaction.BeginAsync(
                fixture.Database,
                traffic.Org.As(role),
                role: "callintel_member"
            );
            Assert.Equal(counts, (long)(await session.RunAsync(Count))! > 0);
            Assert.Equal(
                (long)DashboardReader.SmallestGroup,
                await session.RunAsync("select callintel.smallest_group()")
            );
        }
        await using SessionTransaction foreign = await SessionTransaction.BeginAsync(
            fixture.Database,
            fixture.Foreign.As(OrgRole.Viewer),
            role: "callintel_member"
        );
        Assert.Equal(0L, await foreign.RunAsync(Count));
    }

    /// <summary>
    /// With a range of ids apart from the hours, which they once took, a caller could find a hidden event by halving.
    /// </summary>
    [Fact]
    public async Task Only_dashboards_can_call_the_counting_functions_and_none_accepts_event_ids()
    {
        Assert.Equal(
            "callintel_private.count_hidden_events, callintel_private.count_hidden_unanswered",
            await OneAsync(
                """
                select string_agg(f.oid::regproc::text, ', ' order by f.proname) from pg_catalog.pg_proc f
                 where f.proname ~ 'hidden_(events|unanswered)|kept_(events|unanswered)'
                   and f.pronamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
                """
            )
        );
        Assert.Equal(
            "",
            await OneAsync(
                """
                select coalesce(string_agg(f.oid::regprocedure || ' by ' || r.rolname, ', '), '')
                  from pg_catalog.pg_proc f, pg_catalog.pg_roles r
                 where f.proname ~ 'count_hidden' and r.rolname ~ '^callintel_(app|fence|writer|ops|owner)$'
                   and has_function_privilege(r.oid, f.oid, 'execute')
                   and not pg_has_role(r.oid, f.proowner, 'usage')
                """
            )
        );
        Assert.Equal(
            "",
            await OneAsync(
                """
                select coalesce(string_agg(f.oid::regprocedure::text, ', '), '') from pg_catalog.pg_proc f
                 where f.proname ~ '^(count|measure)_' and f.prosrc ~ 'callintel_private\.events'
                   and 'uuid'::regtype = any (f.proargtypes::oid[])
                   -- takes the id of a request, and a permission that includes hidden contacts
                   and f.proname <> 'count_subject_rows'
                """
            )
        );
        foreach (
            string call in new[]
            {
                "count_hidden_events('2026-01-01Z', '2026-02-01Z', 'hour', 'UTC')",
                "count_hidden_unanswered('2026-01-01Z', '2026-02-01Z', 'UTC')",
            }
        )
        {
            await using SessionTransaction viewer = await SessionTransaction.BeginAsync(
                fixture.Database,
                fixture.Own.As(OrgRole.Viewer)
            );
            Assert.Equal("42501", await viewer.WriteAsync($"select * from callintel_private.{call}"));
        }
    }

    async Task<string> OneAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <returns>
    /// Unanswered calls per day in Copenhagen that were returned after more than 24 hours, but within 24 hours if only
    /// the hours in which both calls began count.
    /// </returns>
    static Dictionary<DateOnly, long> ReturnedWithinHours(EventRecord[] records)
    {
        EventRecord[] calls = [.. records.Where(r => r.Channel is EventChannel.Call)];
        return (
            from call in calls
            where
                call.Direction is EventDirection.Inbound
                && call.Outcome
                    is EventOutcome.Missed
                        or EventOutcome.Busy
                        or EventOutcome.Failed
                        or EventOutcome.Rejected
            let next = calls
                .Where(r => r.Direction is EventDirection.Outbound && r.OccurredAt > call.OccurredAt)
                .Min(r => (DateTimeOffset?)r.OccurredAt)
            where
                next - call.OccurredAt > TimeSpan.FromHours(24)
                && HourOf(next.Value) - HourOf(call.OccurredAt) <= TimeSpan.FromHours(24)
            group call by DateOnly.FromDateTime(Zones.Local(HourOf(call.OccurredAt), "Europe/Copenhagen").DateTime)
        ).ToDictionary(g => g.Key, g => g.LongCount());
    }

    static DateTimeOffset HourOf(DateTimeOffset time) =>
        new(time.UtcDateTime.Date.AddHours(time.UtcDateTime.Hour), TimeSpan.Zero);

    static async Task<Totals> TotalsAsync(TestOrg org, OrgRole role)
    {
        await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
        DashboardReader dashboards = session.Dashboards;
        IReadOnlyList<VolumePoint> volume = (
            await dashboards.VolumeAsync(Ranges.All, Grain.Day.In("Europe/Copenhagen"), Cancellation)
        ).Rows;
        return new Totals(
            [.. volume.Select(r => (r.Start, r.Channel, r.Direction, r.Events))],
            volume.Sum(r => r.TalkSeconds),
            (await dashboards.BusiestHoursAsync(Ranges.All, "Europe/Copenhagen", Cancellation)).Rows,
            [
                .. (await dashboards.UnansweredCallsAsync(Ranges.All, "Europe/Copenhagen", Cancellation)).Rows.Select(
                    r => (r.Day, r.Calls, r.Unanswered, r.CalledBack)
                ),
            ],
            (await dashboards.TopContactsAsync(Ranges.All, 100, Cancellation)).Rows
        );
    }

    static async Task<long> EventsAsync(TestOrg org, OrgRole role)
    {
        await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
        return (await session.Dashboards.VolumeAsync(Ranges.All, Grain.Month, Cancellation)).Rows.Sum(r => r.Events);
    }

    sealed record Totals(
        List<(DateTimeOffset Start, EventChannel Channel, EventDirection Direction, long Events)> Volume,
        long TalkSeconds,
        IReadOnlyList<BusyHour> Hours,
        List<(DateOnly Day, long Calls, long Unanswered, long CalledBack)> Unanswered,
        IReadOnlyList<ContactVolume> Top
    );
}

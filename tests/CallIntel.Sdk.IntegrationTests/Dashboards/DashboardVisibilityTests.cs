using CallIntel.Sdk.Access;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

public sealed class DashboardVisibilityTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_counts_all_events_a_member_their_own_and_another_org_none()
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
    public async Task A_contact_kept_from_a_member_is_in_none_of_their_figures(short level)
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 30 + level, 1_500, Cancellation);
        ContactId secret = traffic.Contacts.Values.First();
        string number = traffic.Contacts.First(c => c.Value == secret).Key;
        EventRecord[] rest = [.. traffic.Records.Where(r => r.Party != number)];
        await PrivacyRules.SetAsync(traffic.Org, secret, level, Cancellation);

        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Analyst })
        {
            await using OrgSession session = await traffic.Org.OpenSessionAsync(role, Cancellation);
            DashboardReader dashboards = session.Dashboards;
            Assert.Equal(rest.Length, (await dashboards.VolumeAsync(Ranges.All, Grain.Month, Cancellation)).Rows.Sum(r => r.Events));
            Assert.Equal(rest.Length, (await dashboards.BusiestHoursAsync(Ranges.All, cancellationToken: Cancellation)).Rows.Sum(r => r.Events));
            Assert.Equal(rest.Count(r => r is { Channel: EventChannel.Call, Direction: EventDirection.Inbound }),
                (await dashboards.UnansweredCallsAsync(Ranges.All, cancellationToken: Cancellation)).Rows.Sum(r => r.Calls));
            IReadOnlyList<ContactVolume> top = (await dashboards.TopContactsAsync(Ranges.All, 100, Cancellation)).Rows;
            Assert.Equal(traffic.Contacts.Count - 1, top.Count);
            Assert.DoesNotContain(top, row => row.Contact == secret);
        }

        // restricted: admins see it; hidden: only with a purpose
        Assert.Equal(level == 2 ? traffic.Records.Count : rest.Length, await EventsAsync(traffic.Org, OrgRole.Admin));
        await using OrgSession purposeful = await fixture.Database.DataSource.OpenSessionAsync(
            traffic.Org.As(OrgRole.Admin) with { Purpose = AccessPurpose.LegalObligation }, Cancellation);
        Assert.Contains((await purposeful.Dashboards.TopContactsAsync(Ranges.All, 100, Cancellation)).Rows, row => row.Contact == secret);
        Assert.Equal(traffic.Records.Count, (await purposeful.Dashboards.VolumeAsync(Ranges.All, Grain.Month, Cancellation)).Rows.Sum(r => r.Events));
    }

    static async Task<long> EventsAsync(TestOrg org, OrgRole role)
    {
        await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
        return (await session.Dashboards.VolumeAsync(Ranges.All, Grain.Month, Cancellation)).Rows.Sum(r => r.Events);
    }
}

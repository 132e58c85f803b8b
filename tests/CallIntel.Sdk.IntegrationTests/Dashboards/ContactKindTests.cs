using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Figures of new and of returning contacts, compared with a recount of the records.</summary>
public sealed class ContactKindTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_figure_counts_new_and_returning_contacts_apart()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(
            fixture.Database,
            91,
            900,
            Cancellation,
            contacts: 300
        );
        ContactId secret = traffic.Contacts.Values.Last();
        await PrivacyRules.SetAsync(traffic.Org, secret, 3, Cancellation);
        EventRecord[] known = [.. traffic.Records.Where(r => r.Party is not null && traffic.ContactOf(r) != secret)];
        Dictionary<ContactId, DateTimeOffset> firsts = known
            .GroupBy(r => traffic.ContactOf(r)!.Value)
            .ToDictionary(g => g.Key, g => g.Min(r => r.OccurredAt));
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        DashboardReader dashboards = session.Dashboards;
        foreach (TimeRange range in Ranges.Each)
        {
            DashboardQuery Query(ContactKind? kind) =>
                new(range)
                {
                    Grain = Grain.Month,
                    Filter = new DashboardFilter { ContactKind = kind },
                };
            DashboardQuery @new = Query(ContactKind.New),
                returning = Query(ContactKind.Returning);
            EventRecord[] inside = [.. known.Where(r => range.Holds(r))];
            EventRecord[] fresh = [.. inside.Where(r => firsts[traffic.ContactOf(r)!.Value] >= range.From)];
            long Sum(IEnumerable<VolumePoint> points) => points.Sum(p => p.Events);
            Assert.Equal(
                (fresh.Length, inside.Length - fresh.Length),
                (
                    Sum((await dashboards.VolumeAsync(@new, Cancellation)).Rows),
                    Sum((await dashboards.VolumeAsync(returning, Cancellation)).Rows)
                )
            );
            Assert.Equal(
                (Calls(fresh), Calls(inside) - Calls(fresh)),
                (
                    (await dashboards.AnswerRateAsync(@new, Cancellation)).Rows.Sum(p => p.Calls),
                    (await dashboards.AnswerRateAsync(returning, Cancellation)).Rows.Sum(p => p.Calls)
                )
            );
            Assert.Equal(
                (Inbound(fresh), Inbound(inside) - Inbound(fresh)),
                (
                    (await dashboards.UnansweredCallsAsync(@new, Cancellation)).Rows.Sum(p => p.Calls),
                    (await dashboards.UnansweredCallsAsync(returning, Cancellation)).Rows.Sum(p => p.Calls)
                )
            );
            Assert.Equal(
                fresh.Length,
                (await dashboards.TopContactsAsync(@new, 1000, Cancellation)).Rows.Sum(r => r.Events)
            );
            long Waits(IEnumerable<ResponseTimes> times) => times.Sum(t => t.Messages);
            Assert.Equal(
                Waits((await dashboards.ResponseTimesAsync(Query(null), Cancellation)).Rows),
                Waits((await dashboards.ResponseTimesAsync(@new, Cancellation)).Rows)
                    + Waits((await dashboards.ResponseTimesAsync(returning, Cancellation)).Rows)
            );
            Guid[] fromLists =
            [
                .. (await dashboards.CallsToReturnAsync(@new, 1000, cancellationToken: Cancellation))
                    .Rows.Concat(
                        (await dashboards.CallsToReturnAsync(returning, 1000, cancellationToken: Cancellation)).Rows
                    )
                    .Select(c => c.Contact.Value),
            ];
            Assert.Equal(
                (await dashboards.CallsToReturnAsync(Query(null), 1000, cancellationToken: Cancellation))
                    .Rows.Select(c => c.Contact.Value)
                    .Order(),
                fromLists.Order()
            );
        }
        // All contacts are new in all of time, and a member judges by the own events.
        Assert.Empty(
            (
                await dashboards.VolumeAsync(
                    new DashboardQuery(Ranges.All) { Filter = new() { ContactKind = ContactKind.Returning } },
                    Cancellation
                )
            ).Rows
        );
        MemberId own = traffic.Org.Members[OrgRole.Member];
        await using OrgSession member = await traffic.Org.OpenSessionAsync(OrgRole.Member, Cancellation);
        EventRecord[] mine = [.. known.Where(r => r.Member == own)];
        Assert.Equal(
            mine.Where(r => Ranges.February.Holds(r))
                .Count(r =>
                    !mine.Any(other =>
                        traffic.ContactOf(other) == traffic.ContactOf(r) && other.OccurredAt < Ranges.February.From
                    )
                ),
            (
                await member.Dashboards.VolumeAsync(
                    new DashboardQuery(Ranges.February) { Filter = new() { ContactKind = ContactKind.New } },
                    Cancellation
                )
            ).Rows.Sum(p => p.Events)
        );
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            dashboards.VolumeAsync(
                new DashboardQuery(Ranges.February) { Filter = new() { ContactKind = (ContactKind)3 } },
                Cancellation
            )
        );

        static int Calls(EventRecord[] records) => records.Count(r => r.Channel is EventChannel.Call);
        static int Inbound(EventRecord[] records) =>
            records.Count(r => r is { Channel: EventChannel.Call, Direction: EventDirection.Inbound });
    }
}

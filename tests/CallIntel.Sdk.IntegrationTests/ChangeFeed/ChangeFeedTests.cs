using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.ChangeFeed;

/// <summary>Tests which entries are written, and who sees them.</summary>
public sealed class ChangeFeedTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Alice = "+4532123456",
        Bob = "+4532123457";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    TestDatabase Database => fixture.Database;

    [Fact]
    public async Task A_batch_writes_one_entry_for_each_quarter_of_an_hour()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "quarters");
        ChangeCursor start = await org.PositionAsync();
        await org.ImportAsync(
            org.Sms("1"),
            org.Sms("2") with
            {
                OccurredAt = FeedOrg.Noon.AddMinutes(14),
            },
            org.Sms("3") with
            {
                OccurredAt = FeedOrg.Noon.AddMinutes(15),
            }
        );
        List<ChangeEntry> entries = await org.ReadAsync(OrgRole.Analyst, start);
        Assert.Equal(
            [
                (ChangeKind.Inserted, FeedOrg.Noon, FeedOrg.Noon.AddMinutes(15), 2),
                (ChangeKind.Inserted, FeedOrg.Noon.AddMinutes(15), FeedOrg.Noon.AddMinutes(30), 1),
            ],
            entries.Select(e => (e.Kind, e.From!.Value, e.To!.Value, e.Events!.Value)).Order()
        );
        Assert.All(entries, e => Assert.Equal(org.Org.Members[OrgRole.Member], e.Member));
        // nothing is left after the last one
        Assert.Empty(await org.ReadAsync(OrgRole.Analyst, entries[^1].Cursor));
    }

    [Fact]
    public async Task A_batch_over_years_writes_few_entries_that_cover_all_its_events()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "years");
        ChangeCursor start = await org.PositionAsync();
        EventRecord[] records =
        [
            .. Enumerable
                .Range(0, 1200)
                .Select(n => org.Sms($"{n}") with { OccurredAt = FeedOrg.Noon.AddHours(-15 * n) }),
        ];
        await org.ImportAsync(records);
        List<ChangeEntry> entries = await org.ReadAsync(OrgRole.Analyst, start);
        Assert.InRange(entries.Count, 2, 300);
        Assert.Equal(1200, entries.Sum(e => e.Events));
        Assert.All(records, r => Assert.Contains(entries, e => e.From <= r.OccurredAt && r.OccurredAt < e.To));
    }

    [Fact]
    public async Task Every_kind_of_write_is_reported_in_the_order_of_commits()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "writes");
        ChangeCursor start = await org.PositionAsync();
        List<string> reported = [];
        async Task ReportAsync()
        {
            List<ChangeEntry> entries = await org.ReadAsync(OrgRole.Owner, start);
            reported.Add(FeedOrg.Summary(entries));
            start = await org.PositionAsync();
        }

        await org.ImportAsync(org.Sms("1"), org.Sms("2"));
        await ReportAsync();
        await org.WriteAsync(org.Sms("3"));
        await ReportAsync();
        await org.WriteAsync(org.Sms("4"), org.Sms("5", member: OrgRole.Admin));
        await ReportAsync();
        await org.ImportAsync(org.Sms("1") with { Body = "other" }, org.Sms("2"));
        await ReportAsync();
        // unchanged records change nothing
        await org.ImportAsync(org.Sms("1") with { Body = "other" }, org.Sms("2"));
        await ReportAsync();
        await org.ImportAsync(org.Sms("2") with { OccurredAt = FeedOrg.Noon.AddHours(1) });
        await ReportAsync();
        await org.ImportAsync(org.Sms("1") with { Change = RecordChange.Redacted });
        await ReportAsync();
        await org.ImportAsync(org.Sms("1") with { Change = RecordChange.Deleted });
        await ReportAsync();
        await PrivacyRules.SetAsync(org.Org, await org.FindAsync(Alice), 1, Cancellation);
        await ReportAsync();
        await using (OrgSession owner = await org.Org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Keys.CryptoShredAsync(await org.FindAsync(Alice), Cancellation);
        await ReportAsync();
        Assert.Equal(
            [
                "Inserted 2",
                "Inserted 1",
                "Inserted 2",
                "Updated 1",
                "",
                "Deleted 1, Updated 1",
                "Updated 1",
                "Deleted 1",
                "VisibilityChanged -",
                "KeysCryptoShredded -",
            ],
            reported
        );
    }

    [Fact]
    public async Task Details_that_arrive_later_are_reported_as_updates()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "details");
        await org.ImportAsync(org.Sms("1"));
        ChangeCursor start = await org.PositionAsync();
        await org.ImportAsync(org.Sms("1") with { Details = new() { Status = "delivered" } });
        Assert.Equal("Updated 1", FeedOrg.Summary(await org.ReadAsync(OrgRole.Owner, start)));
    }

    [Fact]
    public async Task Entries_of_restricted_and_hidden_contacts_are_seen_only_by_those_who_may_see_the_contact()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "hidden");
        await org.ImportAsync(org.Sms("1"), org.Sms("2", Bob));
        ContactId restricted = await org.FindAsync(Alice),
            hidden = await org.FindAsync(Bob);
        await using (OrgSession owner = await org.Org.OpenSessionAsync(OrgRole.Owner, Cancellation))
        {
            await owner.Privacy.SetAsync(
                restricted,
                new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [org.Org.Members[OrgRole.Analyst]] },
                Cancellation
            );
            await owner.Privacy.SetAsync(hidden, new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);
        }
        ChangeCursor start = await org.PositionAsync();
        await org.ImportAsync(org.Sms("3"), org.Sms("4", Bob), org.Sms("5", "+4532123458"));
        await org.WriteAsync(org.Sms("6", Bob));
        await org.WriteAsync(org.Sms("7"));
        await org.WriteAsync(org.Sms("8", Bob), org.Sms("9"), org.Sms("10", "+4532123458"));

        Task<List<ChangeEntry>> ReadAsync(OrgRole role, AccessPurpose purpose = AccessPurpose.None) =>
            org.ReadAsync(role, start, purpose);
        long Count(List<ChangeEntry> entries, ContactId contact) =>
            entries.Where(e => e.Contact == contact).Sum(e => e.Events!.Value);
        foreach (
            (OrgRole role, AccessPurpose purpose, long all, long ofRestricted, long ofHidden) in new[]
            {
                (OrgRole.Owner, AccessPurpose.Support, 8L, 3L, 3L),
                (OrgRole.Admin, AccessPurpose.None, 5L, 3L, 0L),
                (OrgRole.Analyst, AccessPurpose.Support, 5L, 3L, 0L),
                (OrgRole.Viewer, AccessPurpose.Support, 2L, 0L, 0L),
                (OrgRole.Member, AccessPurpose.Support, 2L, 0L, 0L),
            }
        )
        {
            List<ChangeEntry> entries = await ReadAsync(role, purpose);
            Assert.Equal(
                (role, all, ofRestricted, ofHidden),
                (role, entries.Sum(e => e.Events!.Value), Count(entries, restricted), Count(entries, hidden))
            );
        }
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() => ReadAsync(OrgRole.Ingester));
        Assert.Equal("CI0005", refused.Code);
    }

    [Fact]
    public async Task A_member_sees_entries_of_own_events_only_and_counts_only_those()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "own");
        ChangeCursor start = await org.PositionAsync();
        await org.ImportAsync(
            org.Sms("1"),
            org.Sms("2", member: OrgRole.Admin),
            org.Sms("3", member: OrgRole.Admin) with
            {
                OccurredAt = FeedOrg.Noon.AddDays(40),
            }
        );
        await org.WriteAsync(org.Sms("4", member: OrgRole.Admin));
        await org.WriteAsync(org.Sms("5"));
        List<ChangeEntry> own = await org.ReadAsync(OrgRole.Member, start);
        Assert.Equal("Inserted 1, Inserted 1", FeedOrg.Summary(own));
        Assert.All(own, e => Assert.Equal(org.Org.Members[OrgRole.Member], e.Member));
        // the width of an entry does not tell that the batch has other events, forty days later
        Assert.All(own, e => Assert.Equal(FeedOrg.Noon.AddMinutes(15), e.To));
        Assert.Equal(5, (await org.ReadAsync(OrgRole.Viewer, start)).Sum(e => e.Events));
    }

    [Fact]
    public async Task An_event_that_moves_out_of_sight_is_reported_as_deleted_to_those_who_saw_it()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "moves");
        await org.ImportAsync(org.Sms("1"), org.Sms("2"), org.Sms("3", Bob));
        await PrivacyRules.SetAsync(org.Org, await org.FindAsync(Bob), 3, Cancellation);
        ChangeCursor start = await org.PositionAsync();
        await using (OrgSession owner = await org.OpenAsync(OrgRole.Owner, AccessPurpose.Support))
            await owner.Ingestion.WriteAsync(
                FeedOrg.Source,
                [org.Sms("1", Bob), org.Sms("2", member: OrgRole.Admin)],
                Cancellation
            );
        Assert.Equal("Deleted 1, Deleted 1", FeedOrg.Summary(await org.ReadAsync(OrgRole.Member, start)));
        Assert.Equal("Deleted 1, Updated 1", FeedOrg.Summary(await org.ReadAsync(OrgRole.Analyst, start)));
        Assert.Equal(
            "Deleted 1, Updated 1, Updated 1",
            FeedOrg.Summary(await org.ReadAsync(OrgRole.Owner, start, AccessPurpose.Support))
        );
    }

    [Fact]
    public async Task Entries_follow_the_level_of_their_contact_and_entries_of_many_contacts_lose_their_number()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "levels");
        ChangeCursor start = await org.PositionAsync();
        await org.WriteAsync(org.Sms("1"));
        await org.ImportAsync(org.Sms("2"), org.Sms("3", Bob));
        await org.ImportAsync(org.Sms("4", Bob) with { OccurredAt = FeedOrg.Noon.AddHours(1) });
        Assert.Equal("Inserted 1, Inserted 1, Inserted 2", FeedOrg.Summary(await org.ReadAsync(OrgRole.Viewer, start)));
        ContactId alice = await org.FindAsync(Alice);
        await PrivacyRules.SetAsync(org.Org, alice, 3, Cancellation);
        Assert.Equal(
            "Inserted -, Inserted 1, VisibilityChanged -",
            FeedOrg.Summary(await org.ReadAsync(OrgRole.Viewer, start))
        );
        Assert.Contains(await org.ReadAsync(OrgRole.Owner, start, AccessPurpose.Support), e => e.Contact == alice);
        await using (OrgSession owner = await org.OpenAsync(OrgRole.Owner, AccessPurpose.Support))
            await owner.Privacy.RemoveAsync(alice, Cancellation);
        Assert.Equal(
            "Inserted -, Inserted 1, Inserted 1, VisibilityChanged -, VisibilityChanged -",
            FeedOrg.Summary(await org.ReadAsync(OrgRole.Viewer, start))
        );
    }

    [Fact]
    public async Task Shredding_is_reported_to_those_who_may_see_the_contact()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "shreds");
        await org.ImportAsync(org.Sms("1"), org.Sms("2", Bob, OrgRole.Admin));
        await PrivacyRules.SetAsync(org.Org, await org.FindAsync(Bob), 2, Cancellation);
        ChangeCursor start = await org.PositionAsync();
        await using (OrgSession owner = await org.Org.OpenSessionAsync(OrgRole.Owner, Cancellation))
        {
            await owner.Keys.CryptoShredAsync(await org.FindAsync(Alice), Cancellation);
            await owner.Keys.CryptoShredAsync(await org.FindAsync(Bob), Cancellation);
        }
        Assert.Equal("KeysCryptoShredded -", FeedOrg.Summary(await org.ReadAsync(OrgRole.Member, start)));
        Assert.Equal("KeysCryptoShredded -", FeedOrg.Summary(await org.ReadAsync(OrgRole.Viewer, start)));
        Assert.Equal(
            "KeysCryptoShredded -, KeysCryptoShredded -",
            FeedOrg.Summary(await org.ReadAsync(OrgRole.Admin, start))
        );
    }

    [Fact]
    public async Task A_change_of_a_role_is_reported_to_every_member_without_a_name()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "roles");
        ChangeCursor start = await org.PositionAsync();
        await using (OrgSession owner = await org.Org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Members.SetRoleAsync(org.Org.Members[OrgRole.Analyst], OrgRole.Viewer, Cancellation);
        ChangeEntry entry = Assert.Single(await org.ReadAsync(OrgRole.Member, start));
        Assert.Equal(
            (ChangeKind.VisibilityChanged, (MemberId?)null, (ContactId?)null),
            (entry.Kind, entry.Member, entry.Contact)
        );
    }
}

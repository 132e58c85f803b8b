using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Events;

/// <summary>Tests finding events by the ids of their sources, and deleting single events.</summary>
public sealed class SingleEventTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly DateTimeOffset At = new(2026, 1, 12, 9, 30, 0, TimeSpan.Zero);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_is_found_by_the_id_of_its_source()
    {
        await using OrgSession owner = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await StoreAsync(owner, "finder", Record("CA1"), Record("CA1") with { OccurredAt = At.AddDays(1) });
        await StoreAsync(owner, "other finder", Record("CA1"));
        IReadOnlyList<ConversationEvent> found = await owner.Events.FindByExternalIdAsync(
            "finder",
            "CA1",
            cancellationToken: Cancellation
        );
        Assert.Equal([At.AddDays(1), At], found.Select(e => e.OccurredAt));
        TimeRange day = new(At.AddHours(-1), At.AddHours(1));
        Assert.Equal(
            At,
            Assert.Single(await owner.Events.FindByExternalIdAsync("finder", "CA1", day, Cancellation)).OccurredAt
        );
        Assert.Empty(await owner.Events.FindByExternalIdAsync("finder", "CA2", day, Cancellation));
        Assert.Empty(await owner.Events.FindByExternalIdAsync("no such source", "CA1", day, Cancellation));

        await owner.SyncHealth.RenameSourceAsync("finder", "renamed finder", Cancellation);
        Assert.Equal(2, (await owner.Events.FindByExternalIdAsync("finder", "CA1", null, Cancellation)).Count);
        Assert.Equal(2, (await owner.Events.FindByExternalIdAsync("renamed finder", "CA1", null, Cancellation)).Count);

        await using OrgSession stranger = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Empty(await stranger.Events.FindByExternalIdAsync("renamed finder", "CA1", null, Cancellation));
    }

    [Fact]
    public async Task A_deleted_event_is_gone_with_its_content_and_stays_gone_when_its_record_arrives_again()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        ConversationEvent stored = await StoreAsync(admin, "deleter", Record("gone"));
        await using (OrgSession stranger = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation))
            Assert.False(await stranger.Ingestion.DeleteAsync(stored.Id, Cancellation));
        Assert.NotNull((await admin.Events.FindWithContentAsync(stored.Id, Cancellation))!.Content);

        Assert.True(await admin.Ingestion.DeleteAsync(stored.Id, Cancellation));
        Assert.Null(await admin.Events.FindAsync(stored.Id, Cancellation));
        Assert.False(await admin.Ingestion.DeleteAsync(stored.Id, Cancellation));
        IReadOnlyList<long> left = await admin
            .QueryAsync(
                "select count(*) from callintel.event_contents where event_id = $1",
                row => row.GetFieldValue<long>(0),
                [stored.Id],
                cancellationToken: Cancellation
            )
            .ToListAsync(Cancellation);
        Assert.Equal([0], left);

        IngestReport again = await admin.Ingestion.WriteAsync(
            new IngestSource("deleter"),
            [Record("gone")],
            Cancellation
        );
        Assert.Equal((0, 1), (again.Inserted, again.Suppressed));
        again = await admin.Ingestion.IngestAsync(
            new IngestSource("deleter"),
            new[] { Record("gone") }.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Assert.Equal((0, 1), (again.Inserted, again.Suppressed));
        Assert.Null(await admin.Events.FindAsync(stored.Id, Cancellation));
    }

    [Fact]
    public async Task Members_delete_their_own_events_and_analysts_none()
    {
        await using OrgSession owner = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        ConversationEvent colleagues = await StoreAsync(
            owner,
            "own events",
            Record("colleague") with
            {
                Member = fixture.Own.Members[OrgRole.Admin],
            }
        );
        ConversationEvent own = await StoreAsync(
            owner,
            "own events",
            Record("own") with
            {
                Member = fixture.Own.Members[OrgRole.Member],
            }
        );
        await using (OrgSession analyst = await fixture.Own.OpenSessionAsync(OrgRole.Analyst, Cancellation))
        {
            CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
                analyst.Ingestion.DeleteAsync(own.Id, Cancellation)
            );
            Assert.Equal(ErrorCodes.NotAllowed, refused.Code);
        }
        await using OrgSession member = await fixture.Own.OpenSessionAsync(OrgRole.Member, Cancellation);
        Assert.False(await member.Ingestion.DeleteAsync(colleagues.Id, Cancellation));
        Assert.True(await member.Ingestion.DeleteAsync(own.Id, Cancellation));
        Assert.NotNull(await owner.Events.FindAsync(colleagues.Id, Cancellation));
    }

    [Fact]
    public async Task An_event_of_a_hidden_contact_is_deleted_only_by_a_session_that_sees_it()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        ConversationEvent stored = await StoreAsync(admin, "hidden", Record("hidden") with { Party = "+4532999001" });
        await PrivacyRules.SetAsync(fixture.Own, stored.Contact!.Value, 3, Cancellation);
        Assert.False(await admin.Ingestion.DeleteAsync(stored.Id, Cancellation));
        await using OrgSession reasoned = await fixture.Database.DataSource.OpenSessionAsync(
            fixture.Own.As(OrgRole.Admin) with
            {
                Purpose = AccessPurpose.Security,
            },
            Cancellation
        );
        Assert.True(await reasoned.Ingestion.DeleteAsync(stored.Id, Cancellation));
    }

    static EventRecord Record(string id) =>
        new()
        {
            OccurredAt = At,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            Party = "+4532999000",
            ExternalId = id,
            Body = "text",
        };

    /// <returns>The event of the first record.</returns>
    static async Task<ConversationEvent> StoreAsync(OrgSession session, string source, params EventRecord[] records)
    {
        IngestReport report = await session.Ingestion.WriteAsync(new IngestSource(source), records, Cancellation);
        Assert.Equal(records.Length, report.Inserted);
        return (
            await session.Events.FindByExternalIdAsync(source, records[0].ExternalId!, cancellationToken: Cancellation)
        )[^1];
    }
}

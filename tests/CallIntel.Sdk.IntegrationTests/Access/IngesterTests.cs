using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Dashboards;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Tests that the role of webhooks and importers can store events of every member and cannot read them.
/// </summary>
public sealed class IngesterTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_ingester_stores_and_updates_events_of_every_member_in_bulk_and_single_writes()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("stores", Cancellation);
        await using OrgSession ingester = await org.OpenSessionAsync(OrgRole.Ingester, Cancellation);
        MemberId?[] owners = [.. org.Members.Values.Select(m => (MemberId?)m), null];
        EventRecord[] records =
        [
            .. GeneratedRecords.Take(40).Select((r, i) => r with { Member = owners[i % owners.Length] }),
        ];
        IngestReport bulk = await ingester.Ingestion.IngestAsync(
            new IngestSource("importer"),
            GeneratedRecords.Async(records.Take(30)),
            cancellationToken: Cancellation
        );
        Assert.Equal((30L, 0L), (bulk.Inserted, bulk.Rejected));
        foreach (
            EventRecord[] received in records
                .Skip(30)
                .Chunk(3)
                .Append([records[39] with { Outcome = EventOutcome.Failed }])
        )
            await ingester.Ingestion.WriteAsync(new IngestSource("webhook"), received, Cancellation);

        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        List<ConversationEvent> stored = await owner
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(
            records.Select(r => (r.ExternalId, r.Member, r.Body)).OrderBy(r => r.ExternalId, StringComparer.Ordinal),
            stored
                .Select(e => (e.ExternalId, e.Member, e.Content?.Body))
                .OrderBy(e => e.ExternalId, StringComparer.Ordinal)!
        );
        Assert.Equal(EventOutcome.Failed, stored.Single(e => e.ExternalId == records[39].ExternalId).Outcome);

        // a member still stores only own events
        await using OrgSession member = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        await RefusedAsync(ErrorCodes.NotAllowed, () =>
            member.Ingestion.WriteAsync(
                new IngestSource("webhook"),
                [records[0] with { ExternalId = "theirs", Member = org.Members[OrgRole.Admin] }],
                Cancellation
            )
        );
    }

    [Fact]
    public async Task An_ingester_cannot_read_stored_data_through_the_SDK_or_by_queries()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("reads nothing", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        await using OrgSession ingester = await org.OpenSessionAsync(OrgRole.Ingester, Cancellation);
        // also contacts and events of its own
        EventRecord[] records =
        [
            .. GeneratedRecords.Take(10).Select(r => r with { Member = org.Members[OrgRole.Ingester] }),
        ];
        await ingester.Ingestion.IngestAsync(
            new IngestSource("importer"),
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        ContactId contact = (
            await owner.Contacts.FindByNumberAsync(records[0].Party!, cancellationToken: Cancellation)
        )!.Value;
        Guid stored = (
            await owner.Events.ReadAsync(EventFilter.All.ForContact(contact), Cancellation).FirstAsync(Cancellation)
        ).Id;

        Assert.Empty(
            await ingester
                .Events.ReadAsync(
                    EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent().WithDetails(),
                    Cancellation
                )
                .ToListAsync(Cancellation)
        );
        Assert.Null(await ingester.Events.FindAsync(stored, Cancellation));
        Assert.Null(await ingester.Contacts.FindByNumberAsync(records[0].Party!, cancellationToken: Cancellation));
        Assert.Empty(await ingester.Contacts.ListNumbersAsync(contact, Cancellation));
        Assert.Null(await ingester.Contacts.FindDisplayNameAsync(contact, Cancellation));
        Assert.Empty((await ingester.Dashboards.VolumeAsync(Ranges.All, Grain.Month, Cancellation)).Rows);
        Assert.Empty(await ingester.Privacy.ListAsync(Cancellation));
        Assert.Equal(org.Members[OrgRole.Ingester], Assert.Single(await ingester.Members.ListAsync(Cancellation)).Key);
        foreach (
            Func<Task> call in new Func<Task>[]
            {
                () => ingester.Contacts.SetDisplayNameAsync(contact, "Somebody", Cancellation),
                () => ingester.Privacy.SetAsync(contact, new PrivacyRule(), Cancellation),
                () => ingester.Members.SetRoleAsync(org.Members[OrgRole.Ingester], OrgRole.Viewer, Cancellation),
                () => ingester.Keys.CryptoShredAsync(contact, Cancellation),
            }
        )
            await RefusedAsync(ErrorCodes.NotAllowed, call);

        foreach (string table in await AccessMatrix.TablesAsync(fixture.Database, Cancellation))
        {
            // what an import needs to go on where it stopped, its org and its own role
            bool needed = table is "orgs" or "org_roles" or "sync_sources" or "sync_streams" or "sync_runs";
            await using SessionTransaction session = await SessionTransaction.BeginAsync(
                fixture.Database,
                org.As(OrgRole.Ingester) with
                {
                    Purpose = AccessPurpose.Support,
                }
            );
            long rows = (long)(await session.RunAsync($"select count(*) from callintel.{table}"))!;
            Assert.Equal((table, needed), (table, rows > 0));
            if (table is "org_roles")
                Assert.Equal(1, rows);
        }
    }
}

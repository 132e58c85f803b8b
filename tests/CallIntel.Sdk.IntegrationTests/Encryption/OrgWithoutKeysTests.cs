using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>Tests that only storing data creates the first keys of an org and of a person.</summary>
public sealed class OrgWithoutKeysTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OrgRole.Viewer)]
    [InlineData(OrgRole.Member)]
    [InlineData(OrgRole.Analyst)]
    [InlineData(OrgRole.Admin)]
    [InlineData(OrgRole.Owner)]
    public async Task Reading_in_an_org_without_keys_finds_nothing_and_creates_no_key(OrgRole role)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"empty for {role}", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
        ContactId nobody = new(NewId());
        TimeRange range = TimeRange.LastDays(30);

        Assert.Null(await session.Contacts.FindByNumberAsync("+4520123456", cancellationToken: Cancellation));
        Assert.Null(await session.Contacts.FindByOpaqueIdAsync("4711", Cancellation));
        Assert.Empty(await session.Contacts.ListNumbersAsync(nobody, Cancellation));
        Assert.Null(await session.Contacts.FindDisplayNameAsync(nobody, Cancellation));
        Assert.Empty(await session.Contacts.ListDisplayNamesAsync([nobody], Cancellation));
        Assert.Empty(await session.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation));
        Assert.Empty(
            await session
                .Events.ReadAsync(EventFilter.All.ForContact(nobody).WithContent(), Cancellation)
                .ToListAsync(Cancellation)
        );
        Assert.Null(await session.Events.FindAsync(NewId(), Cancellation));
        Assert.Null(await session.Events.FindWithContentAsync(NewId(), Cancellation));
        Assert.Empty(await session.Ingestion.ReadRejectsAsync(NewId(), Cancellation).ToListAsync(Cancellation));
        Assert.Empty((await session.Dashboards.VolumeAsync(range, Grain.Day, Cancellation)).Rows);
        Assert.Empty((await session.Dashboards.TopContactsAsync(range, 10, Cancellation)).Rows);
        if (role is OrgRole.Owner)
            Assert.Empty(await session.Keys.DestroyOldEpochsAsync(Cancellation));
        Assert.Equal(
            0L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.org_keys where org_id = $1",
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task Readers_without_key_access_do_not_cause_failures_for_other_readers()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("beside readers", Cancellation);
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Ingestion.IngestAsync(
            new("p"),
            GeneratedRecords.Async(GeneratedRecords.Take(5).Select(r => r with { Party = "+4520123456" })),
            cancellationToken: Cancellation
        );
        for (int i = 0; i < 25; i++)
        {
            // a process that has no key yet, and a viewer who asks first
            await using CallIntelDataSource fresh = fixture.Database.CreateDataSource();
            await using OrgSession masked = await fresh.OpenSessionAsync(org.As(OrgRole.Viewer), Cancellation);
            await using OrgSession analyst = await fresh.OpenSessionAsync(org.As(OrgRole.Analyst), Cancellation);
            Task<ContactId?> first = masked.Contacts.FindByNumberAsync("+4520123456", cancellationToken: Cancellation);
            Task<ContactId?> second = analyst.Contacts.FindByNumberAsync(
                "+4520123456",
                cancellationToken: Cancellation
            );
            Assert.Null(await first);
            Assert.NotNull(await second);
        }
    }

    [Fact]
    public async Task A_contact_shredded_before_it_had_a_key_never_gets_one()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("no key yet", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        EventRecord like = GeneratedRecords.Take(1).Single() with { Party = "+4520000081", Body = null };
        IngestSource source = new("p", DefaultRegion: "DK");
        await admin.Ingestion.IngestAsync(
            source,
            GeneratedRecords.Async([like with { ExternalId = "1" }]),
            cancellationToken: Cancellation
        );
        ContactId contact = (
            await admin.Contacts.FindByNumberAsync("+4520000081", cancellationToken: Cancellation)
        )!.Value;
        // as a contact stands that was made before encryption, or whose keys were lost
        await ScalarAsync<long>(
            fixture.Database,
            """
            with gone as (delete from callintel_private.data_keys where subject_id = $1 returning 1)
            select count(*) from gone
            """,
            contact.Value
        );
        await using CallIntelDataSource fresh = fixture.Database.CreateDataSource();
        await using OrgSession elsewhere = await fresh.OpenSessionAsync(org.As(OrgRole.Admin), Cancellation);

        Assert.Equal(0, await elsewhere.Keys.CryptoShredAsync(contact, Cancellation));
        Assert.Equal(0, await elsewhere.Keys.CryptoShredAsync(contact, Cancellation));

        IngestReport report = await elsewhere.Ingestion.IngestAsync(
            source,
            GeneratedRecords.Async([like with { ExternalId = "2", Body = "comes later" }]),
            cancellationToken: Cancellation
        );
        Assert.Equal((0, 1), (report.Inserted, report.Rejected));
        Assert.Equal(
            ["subject_erased"],
            await elsewhere
                .Ingestion.ReadRejectsAsync(report.RunId, Cancellation)
                .Select(r => r.Reason)
                .ToListAsync(Cancellation)
        );
        await RefusedAsync(ErrorCodes.KeyUnavailable, () =>
            elsewhere.Contacts.SetDisplayNameAsync(contact, "Somebody", Cancellation)
        );
        Assert.Equal(
            "4",
            await ScalarAsync<string>(
                fixture.Database,
                "select string_agg(state::text, ',') from callintel_private.data_keys where subject_id = $1",
                contact.Value
            )
        );
        Assert.Equal(
            2L,
            await ScalarAsync<long>(
                fixture.Database,
                """
                select count(*) from callintel_private.audit_log
                 where org_id = $1 and action = 'shred' and subject_id = $2
                """,
                org.Id.Value,
                contact.Value
            )
        );
    }
}

using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Contacts;

public sealed class ContactDirectoryTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_contact_is_found_by_any_spelling_of_its_number()
    {
        TestOrg org = await OrgAsync("spellings");
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        ContactId contact = (
            await session.Contacts.FindByNumberAsync("+4520123456", cancellationToken: Cancellation)
        )!.Value;

        Assert.Equal(contact, await session.Contacts.FindByNumberAsync("20 12 34 56", "DK", Cancellation));
        Assert.Equal(contact, await session.Contacts.FindByNumberAsync("0045 2012-3456", "DK", Cancellation));
        Assert.Equal(
            [new ContactNumber(NumberKind.E164, "+4520123456")],
            await session.Contacts.ListNumbersAsync(contact, Cancellation)
        );
        Assert.Equal(
            contact,
            (await session.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation))
                .Single(e => e.ExternalId == "0")
                .Contact
        );
    }

    [Theory]
    [InlineData("Parcel-Co", null, NumberKind.Alphanumeric, "PARCEL-CO")]
    [InlineData("1204", "DK", NumberKind.ShortCode, "DK:1204")]
    public async Task Short_codes_and_alphanumeric_senders_are_found(
        string text,
        string? region,
        NumberKind kind,
        string normal
    )
    {
        TestOrg org = await OrgAsync($"senders {kind}");
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        ContactId? contact = await session.Contacts.FindByNumberAsync(text, region, Cancellation);
        Assert.Equal(
            [new ContactNumber(kind, normal)],
            await session.Contacts.ListNumbersAsync(contact!.Value, Cancellation)
        );
    }

    [Fact]
    public async Task An_opaque_id_is_not_treated_as_a_number()
    {
        TestOrg org = await OrgAsync("opaque");
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        ContactId? contact = await session.Contacts.FindByOpaqueIdAsync("4711", Cancellation);
        Assert.Equal(
            [new ContactNumber(NumberKind.OpaqueId, "4711")],
            await session.Contacts.ListNumbersAsync(contact!.Value, Cancellation)
        );
        Assert.Null(await session.Contacts.FindByNumberAsync("4711", "DK", Cancellation));
    }

    [Fact]
    public async Task Invalid_unknown_and_foreign_numbers_find_no_contact()
    {
        TestOrg org = await OrgAsync("nobody");
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        foreach (string text in new[] { "", "?", "+45 2012 3457", "not a number at all", new string('1', 10_000) })
            Assert.Null(await session.Contacts.FindByNumberAsync(text, "DK", Cancellation));
        ContactId? known = await session.Contacts.FindByNumberAsync("+4520123456", cancellationToken: Cancellation);

        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Null(await foreign.Contacts.FindByNumberAsync("+4520123456", cancellationToken: Cancellation));
        Assert.Empty(await foreign.Contacts.ListNumbersAsync(known!.Value, Cancellation));
    }

    [Fact]
    public async Task Viewers_see_masked_contacts_and_only_admins_see_restricted_contacts()
    {
        TestOrg org = await OrgAsync("restricted");
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        Assert.Null(await viewer.Contacts.FindByNumberAsync("+4520123456", cancellationToken: Cancellation));
        ContactId? contact = await analyst.Contacts.FindByNumberAsync("+4520123456", cancellationToken: Cancellation);
        Assert.NotNull(contact);

        await PrivacyRules.SetAsync(org, contact.Value, 2, Cancellation);
        Assert.Null(await analyst.Contacts.FindByNumberAsync("+4520123456", cancellationToken: Cancellation));
        Assert.Empty(await analyst.Contacts.ListNumbersAsync(contact.Value, Cancellation));
        Assert.Equal(contact, await admin.Contacts.FindByNumberAsync("+4520123456", cancellationToken: Cancellation));
    }

    async Task<TestOrg> OrgAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        (string Party, PartyKind Kind)[] parties =
        [
            ("20123456", PartyKind.Number),
            ("Parcel-Co", PartyKind.Number),
            ("1204", PartyKind.Number),
            ("4711", PartyKind.OpaqueId),
        ];
        IEnumerable<EventRecord> records = parties.Select(
            (p, i) =>
                new EventRecord
                {
                    OccurredAt = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero),
                    Channel = EventChannel.Sms,
                    Direction = EventDirection.Inbound,
                    Party = p.Party,
                    PartyKind = p.Kind,
                    ExternalId = $"{i}",
                }
        );
        IngestReport report = await admin.Ingestion.IngestAsync(
            new IngestSource("contacts", DefaultRegion: "DK"),
            records.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Assert.Equal(4, report.Inserted);
        return org;
    }
}

using System.Text;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Importers;

/// <summary>
/// Exported vCons are imported as the same rows, and an export contains only what the member can read.
/// </summary>
public sealed class VConExportTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    // RingCentral deletes records without their time
    static readonly IngestSource Source = new("round trip", DefaultRegion: "DK", TimesMayChange: true);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Files { get; } =
    [
        "vcon.json",
        "android-messages.xml",
        "android-calls.xml",
        "twilio-messages.jsonl",
        "twilio-calls.jsonl",
        "ringcentral-sync.json",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Exported_vCons_are_imported_as_the_same_rows(string file)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("from", Cancellation),
            other = await fixture.Database.CreateOrgAsync("to", Cancellation);
        string path = Path.Combine(Repository.Root, "tests/CallIntel.Sdk.Tests/Importers/Golden", file);
        string format = (await ImporterRegistry.BuiltIn.DetectAsync(path, Cancellation))!.Format;
        // a vCon does not name members: they are derived from its lines, which each format names differently
        string? scope = format is "vcon" ? "line" : null;
        IngestReport first = await IngestAsync(
            org,
            FileImport.ReadAsync(path, new FileImportOptions { LineScope = scope }, Cancellation)
        );
        (VConExportReport written, byte[] vcons) = await ExportAsync(org, OrgRole.Analyst);
        List<string> rows = await RowsAsync(org);
        Assert.Equal((rows.Count, 0), (written.Events, written.Unopened));
        Assert.InRange(first.Inserted, 1, rows.Count);

        IngestReport again = await IngestAsync(org, Read(vcons, scope));
        // A message without an id of its own is from "32 12 34 56", which the vCon writes as +4532123456.
        int rewritten = file is "android-messages.xml" ? 1 : 0;
        Assert.Equal(
            (written.Events - rewritten, rewritten, 0, 0),
            (again.Duplicate, again.Inserted, again.Updated, again.Rejected)
        );
        Assert.Equal(written.Events, (await IngestAsync(org, Read(vcons, scope))).Duplicate);
        IngestReport moved = await IngestAsync(other, Read(vcons, scope));
        Assert.Equal((written.Events, 0), (moved.Inserted, moved.Rejected));
        Assert.Equal(rows, await RowsAsync(other));
    }

    [Fact]
    public async Task An_export_contains_all_pages_and_applies_the_filter()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("pages", Cancellation);
        await IngestAsync(org, Messages(250).ToAsyncEnumerable());
        (VConExportReport all, byte[] vcons) = await ExportAsync(org, OrgRole.Admin);
        Assert.Equal(250, all.Events);
        Assert.Equal(250, await Read(vcons).Select(r => r.ExternalId).Distinct().CountAsync(Cancellation));
        (VConExportReport newest, _) = await ExportAsync(org, OrgRole.Admin, EventFilter.All.Newest(101));
        Assert.Equal(101, newest.Events);
    }

    [Fact]
    public async Task An_export_contains_only_what_the_member_can_read()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("rules", Cancellation);
        await IngestAsync(org, Messages(4).ToAsyncEnumerable());
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        ContactId[] contacts =
        [
            .. await Task.WhenAll(
                Enumerable
                    .Range(0, 4)
                    .Select(async i =>
                        (
                            await owner.Contacts.FindByNumberAsync($"+452012345{i}", cancellationToken: Cancellation)
                        )!.Value
                    )
            ),
        ];

        // a viewer cannot read content: without a check, the export would look like conversations without content
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
            ExportAsync(org, OrgRole.Viewer)
        );
        Assert.Equal("CI0005", refused.Code);

        await PrivacyRules.SetAsync(org, contacts[0], 1, Cancellation);
        await PrivacyRules.SetAsync(org, contacts[1], 2, Cancellation);
        (VConExportReport report, byte[] vcons) = await ExportAsync(org, OrgRole.Analyst);
        string text = Encoding.UTF8.GetString(vcons);
        Assert.Equal(3, report.Events);
        Assert.DoesNotContain("words 0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("words 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("+4520123451", text, StringComparison.Ordinal);
        Assert.Contains("words 2", text, StringComparison.Ordinal);

        await PrivacyRules.SetAsync(org, contacts[2], 3, Cancellation);
        Assert.DoesNotContain(
            "words 2",
            Encoding.UTF8.GetString((await ExportAsync(org, OrgRole.Owner)).Text),
            StringComparison.Ordinal
        );
        await using OrgSession purposeful = await fixture.Database.DataSource.OpenSessionAsync(
            org.As(OrgRole.Owner) with
            {
                Purpose = AccessPurpose.SubjectRequest,
            },
            Cancellation
        );
        using MemoryStream hidden = new();
        await VConExporter.WriteAsync(purposeful, EventFilter.All, hidden, Cancellation);
        Assert.Contains("words 2", Encoding.UTF8.GetString(hidden.ToArray()), StringComparison.Ordinal);

        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        using MemoryStream nothing = new();
        Assert.Equal(
            new VConExportReport(0, 0),
            await VConExporter.WriteAsync(
                foreign,
                EventFilter.All.ForPurpose(AccessPurpose.Quality).ForContact(contacts[3]),
                nothing,
                Cancellation
            )
        );
        Assert.Equal(0, nothing.Length);
    }

    [Fact]
    public async Task Events_of_an_erased_person_are_exported_without_content_and_number()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("erased", Cancellation);
        await IngestAsync(org, Messages(2).ToAsyncEnumerable());
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Keys.CryptoShredAsync(
            (await owner.Contacts.FindByNumberAsync("+4520123450", cancellationToken: Cancellation))!.Value,
            Cancellation
        );

        (VConExportReport report, byte[] vcons) = await ExportAsync(org, OrgRole.Owner);
        string text = Encoding.UTF8.GetString(vcons);
        Assert.Equal(new VConExportReport(2, 1), report);
        Assert.DoesNotContain("words 0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("+4520123450", text, StringComparison.Ordinal);
        Assert.Contains("words 1", text, StringComparison.Ordinal);
    }

    static IEnumerable<EventRecord> Messages(int count) =>
        Enumerable
            .Range(0, count)
            .Select(i => new EventRecord
            {
                OccurredAt = new DateTimeOffset(2026, 1, 10, 8, 0, 0, TimeSpan.Zero).AddHours(i),
                Channel = EventChannel.Sms,
                Direction = EventDirection.Inbound,
                Outcome = EventOutcome.Completed,
                Party = $"+452012345{i % 10}",
                ExternalId = $"m{i}",
                Body = $"words {i}",
            });

    static IAsyncEnumerable<EventRecord> Read(byte[] vcons, string? scope = null) =>
        VConImporter.ReadAsync(new MemoryStream(vcons), new VConImportOptions { LineScope = scope }, Cancellation);

    static async Task<IngestReport> IngestAsync(TestOrg org, IAsyncEnumerable<EventRecord> records)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        return await session.Ingestion.IngestAsync(Source, records, cancellationToken: Cancellation);
    }

    static async Task<(VConExportReport Report, byte[] Text)> ExportAsync(
        TestOrg org,
        OrgRole role,
        EventFilter? filter = null
    )
    {
        await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
        using MemoryStream vcons = new();
        return (
            await VConExporter.WriteAsync(
                session,
                (filter ?? EventFilter.All).ForPurpose(AccessPurpose.Quality),
                vcons,
                Cancellation
            ),
            vcons.ToArray()
        );
    }

    /// <summary>All stored data of each event, with phone numbers instead of the random ids of contacts.</summary>
    static async Task<List<string>> RowsAsync(TestOrg org)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        List<string> rows = [];
        await foreach (
            ConversationEvent e in session.Events.ReadAsync(
                EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent().WithDetails(),
                Cancellation
            )
        )
        {
            ConversationDetails d = e.Details ?? new();
            List<string> parties = [];
            foreach (ConversationParty p in e.OtherParties)
                parties.Add(
                    $"{await NumbersAsync(session, p.Contact)} {p.Role} {p.StartedAt:O} "
                        + $"{p.Duration} {p.Outcome} {p.Status}"
                );
            // without an id from the source, the id is derived with a key of the org
            rows.Add(
                $"{(e.ExternalId is null ? null : e.Id)} {e.OccurredAt:O} {e.Channel} {e.Direction} {e.Outcome} "
                    + $"{e.Member} {e.Duration} {e.ExternalId} {await NumbersAsync(session, e.Contact)} "
                    + $"{e.Content?.Body}|{e.Content?.Transcript}|{e.Content?.Summary} "
                    + $"{string.Join(';', e.Parts.Select(p => (p.MediaType, p.Reference, p.Size)))} "
                    + $"{string.Join(';', parties)} "
                    + $"{d.ConversationId}|{d.ParentId}|{d.Leg}|{d.Status}|{d.ErrorCode}|{d.Price}|{d.Currency}|"
                    + $"{d.OwnNumber}|{d.ModifiedAt:O}"
            );
        }
        return rows;
    }

    static async Task<string> NumbersAsync(OrgSession session, ContactId? contact) =>
        contact is null
            ? ""
            : string.Join(
                ',',
                (await session.Contacts.ListNumbersAsync(contact.Value, Cancellation)).Select(n =>
                    $"{n.Kind}:{n.Value}"
                )
            );
}

using System.Text.Json;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.SubjectRequests.SubjectHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>Tests the archive that answers a request for access: everything of the person, nothing of others.</summary>
public sealed class SubjectExportTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_planted_persons_an_export_contains_all_rows_of_one_and_none_of_the_others()
    {
        // with CALLINTEL_LONG_TESTS=1 as many as a small telephone exchange knows
        const int Messages = 4;
        int persons = FuzzSize.IsLong ? 10_000 : 300;
        TestOrg org = await fixture.Database.CreateOrgAsync("planted", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await PlantAsync(admin, persons, Messages);
        foreach (int person in new[] { 0, 17, persons - 1 })
        {
            SubjectRequestId id = await OpenAsync(admin, SubjectRequestType.Access, Number(NumberOf(person)));
            (SubjectExportReport report, Dictionary<string, string> files) = await ExportAsync(admin, id);
            Assert.Equal((1, Messages), (report.Contacts, report.Events));
            foreach (string name in new[] { "events.jsonl", "events.csv", "conversations.vcon.jsonl" })
            {
                Assert.Equal(Messages, Count(files[name], MarkOf(person)));
                Assert.Equal(Messages, Count(files[name], "secret-of-"));
            }
            string everything = string.Concat(files.Values);
            for (int other = 0; other < persons; other++)
                if (other != person)
                {
                    Assert.DoesNotContain(MarkOf(other), everything, StringComparison.Ordinal);
                    Assert.DoesNotContain(NumberOf(other), everything, StringComparison.Ordinal);
                }
            Assert.Contains(NumberOf(person), files["contacts.jsonl"], StringComparison.Ordinal);
            Assert.Contains(NumberOf(person), files["contacts.csv"], StringComparison.Ordinal);
            Assert.Contains("customer support", files["article15.json"], StringComparison.Ordinal);
            Assert.Contains(NumberOf(person), files["request.json"], StringComparison.Ordinal);

            SubjectRequestDetails details = await admin.SubjectRequests.GetAsync(id, Cancellation);
            Assert.Equal(SubjectRequestState.Executing, details.Request.State);
            Assert.Equal(2, details.History.Count(entry => entry.Action is SubjectRequestAction.Exported));
            await admin.SubjectRequests.CompleteAsync(id, cancellationToken: Cancellation);
        }
        // the ledger names the purpose, and only contacts of the three persons
        List<AccessEntry> entries = await admin
            .Audit.ReadAccessesAsync(new AccessFilter(), Cancellation)
            .ToListAsync(Cancellation);
        Assert.All(entries, entry => Assert.Equal(AccessPurpose.SubjectRequest, entry.Purpose));
        Assert.Equal(3, entries.SelectMany(entry => entry.Contacts).Distinct().Count());
    }

    [Fact]
    public async Task Identifiers_of_other_parties_are_left_out_and_counted()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("group", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        EventRecord like = GeneratedRecords.Take(1).Single() with
        {
            Channel = EventChannel.Mms,
            Duration = null,
            Body = "dinner at eight",
            Parts = [],
        };
        EventRecord own = like with
        {
            Party = NumberOf(1),
            ExternalId = "own",
            OtherParties = [new EventParty(NumberOf(2), PartyRole.To)],
            Details = new EventDetails { ConversationId = $"{NumberOf(1)},{NumberOf(2)}" },
        };
        EventRecord others = like with
        {
            Party = NumberOf(2),
            ExternalId = $"thread-{NumberOf(2)}",
            OccurredAt = like.OccurredAt.AddMinutes(1),
            OtherParties = [new EventParty(NumberOf(1), PartyRole.To)],
            Details = new EventDetails { ConversationId = $"{NumberOf(2)},{NumberOf(1)}" },
        };
        EventRecord foreign = like with
        {
            Party = NumberOf(2),
            ExternalId = "foreign",
            OccurredAt = like.OccurredAt.AddMinutes(2),
            Body = "not for one",
            OtherParties = [],
            Details = null,
        };
        await admin.Ingestion.IngestAsync(
            new IngestSource("group"),
            GeneratedRecords.Async([own, others, foreign]),
            cancellationToken: Cancellation
        );
        await admin.Contacts.SetDisplayNameAsync(
            (await admin.Contacts.FindByNumberAsync(NumberOf(2), cancellationToken: Cancellation))!.Value,
            "Berta",
            Cancellation
        );
        SubjectRequestId id = await OpenAsync(admin, SubjectRequestType.Access, Number(NumberOf(1)));
        (SubjectExportReport report, Dictionary<string, string> files) = await ExportAsync(admin, id);
        Assert.Equal(2, report.Events);
        string everything = string.Concat(files.Values);
        Assert.Equal(2, Count(files["events.jsonl"], "dinner at eight"));
        Assert.DoesNotContain(NumberOf(2), everything, StringComparison.Ordinal);
        Assert.DoesNotContain("Berta", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("not for one", everything, StringComparison.Ordinal);
        ContactId other = (await admin.Contacts.FindByNumberAsync(NumberOf(2), cancellationToken: Cancellation))!.Value;
        Assert.DoesNotContain(other.ToString(), everything, StringComparison.Ordinal);
        Assert.DoesNotContain(org.Members[OrgRole.Admin].ToString(), everything, StringComparison.Ordinal);
        Assert.Equal(
            2,
            Assert.Single(report.Omissions, o => o.Reason.Contains("15(4)", StringComparison.Ordinal)).Count
        );
        // the vCons stay readable: the person is a party with a number, the other one is a party without
        JsonElement[] parties =
        [
            .. JsonDocument
                .Parse(files["conversations.vcon.jsonl"].Split('\n')[0])
                .RootElement.GetProperty("parties")
                .EnumerateArray(),
        ];
        Assert.Equal(3, parties.Length);
        Assert.Single(parties, p => p.TryGetProperty("tel", out JsonElement tel) && tel.GetString() == NumberOf(1));
    }

    [Fact]
    public async Task Content_that_nobody_may_read_and_content_without_a_key_is_listed_as_omitted()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("omitted", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await PlantAsync(admin, persons: 2, messages: 3);
        ContactId withheld = (
            await admin.Contacts.FindByNumberAsync(NumberOf(0), cancellationToken: Cancellation)
        )!.Value;
        await admin.Privacy.SetAsync(withheld, new PrivacyRule { Level = PrivacyLevel.MetadataOnly }, Cancellation);
        SubjectRequestId id = await OpenAsync(
            admin,
            SubjectRequestType.Portability,
            Number(NumberOf(0)),
            new SubjectIdentity(SubjectIdentityKind.Name, "Anna")
        );
        (SubjectExportReport report, Dictionary<string, string> files) = await ExportAsync(admin, id);
        Assert.Equal(3, report.Events);
        Assert.Equal(0, Count(files["events.jsonl"], MarkOf(0)));
        Assert.Equal(
            3,
            Assert.Single(report.Omissions, o => o.Reason.Contains("MetadataOnly", StringComparison.Ordinal)).Count
        );
        Assert.Contains(report.Omissions, o => o.What.Contains("Name", StringComparison.Ordinal));
        JsonElement manifest = JsonDocument.Parse(files["manifest.json"]).RootElement;
        Assert.Equal(report.Omissions.Count, manifest.GetProperty("omissions").GetArrayLength());
        Assert.Equal(3, manifest.GetProperty("rows_by_table").GetProperty("events").GetInt64());

        ContactId shredded = (
            await admin.Contacts.FindByNumberAsync(NumberOf(1), cancellationToken: Cancellation)
        )!.Value;
        await admin.Keys.CryptoShredAsync(shredded, Cancellation);
        SubjectRequestId second = await OpenAsync(admin, SubjectRequestType.Access, Number(NumberOf(1)));
        (report, _) = await ExportAsync(admin, second);
        Assert.Equal(
            3,
            Assert.Single(report.Omissions, o => o.Reason.Contains("decrypted", StringComparison.Ordinal)).Count
        );
    }

    [Fact]
    public async Task Hidden_and_merged_contacts_are_exported_whole()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("hidden and merged", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await PlantAsync(admin, persons: 3);
        ContactId[] contacts =
        [
            (await admin.Contacts.FindByNumberAsync(NumberOf(0), cancellationToken: Cancellation))!.Value,
            (await admin.Contacts.FindByNumberAsync(NumberOf(1), cancellationToken: Cancellation))!.Value,
        ];
        await admin.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);
        await admin.Privacy.SetAsync(contacts[0], new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);
        SubjectRequestId id = await OpenAsync(admin, SubjectRequestType.Access, Number(NumberOf(1)));
        (SubjectExportReport report, Dictionary<string, string> files) = await ExportAsync(admin, id);
        Assert.Equal((2, 4), (report.Contacts, report.Events));
        Assert.Equal(2, Count(files["events.jsonl"], MarkOf(0)));
        Assert.Equal(2, Count(files["events.jsonl"], MarkOf(1)));
        Assert.Equal(0, Count(files["events.jsonl"], MarkOf(2)));
    }

    [Fact]
    public async Task An_export_needs_the_purpose_a_verified_request_and_the_right_type()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("refused", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await PlantAsync(admin, persons: 1);
        SubjectRequestId unverified = (
            await admin.SubjectRequests.OpenAsync(
                new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Access)
                {
                    Identities = [Number(NumberOf(0))],
                },
                Cancellation
            )
        )
            .Request
            .Id;
        SubjectRequestId erasure = await OpenAsync(admin, SubjectRequestType.Erasure, Number(NumberOf(0)));
        SubjectRequestId id = await OpenAsync(admin, SubjectRequestType.Access, Number(NumberOf(0)));
        MemoryStream nothing = new();
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () => WriteAsync(admin, unverified));
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () => WriteAsync(admin, erasure));
        await using (OrgSession without = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
            await RefusedAsync(ErrorCodes.ReadPurposeNeeded, () => WriteAsync(without, id));
        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Member, OrgRole.Analyst })
        {
            await using OrgSession session = await fixture.Database.DataSource.OpenSessionAsync(
                org.As(role) with
                {
                    Purpose = AccessPurpose.SubjectRequest,
                },
                Cancellation
            );
            await RefusedAsync(ErrorCodes.NotAllowed, () => WriteAsync(session, id));
        }
        await using (OrgSession foreign = await AdminAsync(fixture.Database, fixture.Foreign))
            await RefusedAsync(ErrorCodes.SubjectRequestNotFound, () => WriteAsync(foreign, id));
        foreach (TimeSpan lifetime in new[] { TimeSpan.Zero, TimeSpan.FromDays(91) })
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
                SubjectExporter.WriteAsync(admin, id, nothing, Options with { Lifetime = lifetime }, Cancellation)
            );
        Assert.Equal(0, nothing.Length);

        Task WriteAsync(OrgSession session, SubjectRequestId request) =>
            SubjectExporter.WriteAsync(session, request, nothing, Options, Cancellation);
    }

    static int Count(string text, string part) => text.Split(part).Length - 1;
}

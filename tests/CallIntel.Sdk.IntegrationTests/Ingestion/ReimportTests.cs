using System.Text;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>Files without ids that are imported again, after the normalizer learned to read their numbers.</summary>
public sealed class ReimportTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly string[] Written =
    [
        "20 12 34 56",
        "+45 20123457",
        "0045 20 12 34 58",
        "20123459",
        "tel:+4520123460",
    ];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_whose_numbers_are_read_better_now_is_not_stored_twice()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("imported again", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        string file = FileOf(Written);

        // Without a region, a national number is what an older normalizer could not read: an opaque party.
        IngestReport first = await ImportAsync(admin, file, region: null);
        Assert.Equal((5, 5), (first.Read, first.Inserted));
        Assert.Null(await admin.Contacts.FindByNumberAsync("+4520123459", cancellationToken: Cancellation));
        string ids = await IdsAsync(org);

        IngestReport again = await ImportAsync(admin, file, region: "DK");
        Assert.Equal((5, 0, 0), (again.Read, again.Inserted, again.Rejected));
        Assert.Equal(ids, await IdsAsync(org));
        foreach (string number in new[] { "+4520123456", "+4520123457", "+4520123458", "+4520123459", "+4520123460" })
        {
            ContactId? contact = await admin.Contacts.FindByNumberAsync(number, cancellationToken: Cancellation);
            ConversationEvent stored = Assert.Single(
                await admin
                    .Events.ReadAsync(EventFilter.All.ForContact(contact!.Value).WithContent(), Cancellation)
                    .ToListAsync(Cancellation)
            );
            Assert.Equal($"to {number[^1]}", stored.Content!.Body);
        }

        // and the other way round, as if the normalizer had become worse
        Assert.Equal(0, (await ImportAsync(admin, file, region: null)).Inserted);
        Assert.Equal(5, (await ImportAsync(admin, file, region: "DK")).Read);
        Assert.Equal(ids, await IdsAsync(org));
    }

    /// <summary>The party as written is part of the identity, so the rule can tell only equal texts.</summary>
    [Fact]
    public async Task The_same_number_in_national_and_in_international_format_is_another_record()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("written otherwise", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        Assert.Equal(1, (await ImportAsync(admin, FileOf("20123456"), "DK")).Inserted);
        Assert.Equal(1, (await ImportAsync(admin, FileOf("+4520123456"), "DK")).Inserted);
        Assert.Equal(0, (await ImportAsync(admin, FileOf("20123456"), "DK")).Inserted);
        Assert.Equal(0, (await ImportAsync(admin, FileOf(" +4520123456 "), "DK")).Inserted);
        ContactId? contact = await admin.Contacts.FindByNumberAsync("+4520123456", cancellationToken: Cancellation);
        Assert.Equal(
            2,
            await admin
                .Events.ReadAsync(EventFilter.All.ForContact(contact!.Value), Cancellation)
                .CountAsync(Cancellation)
        );
    }

    static string FileOf(params string[] parties) =>
        "<smses>"
        + string.Concat(
            parties.Select(
                (party, i) =>
                    $"<sms address=\"{party}\" date=\"{1767603600000 + i * 60_000}\" type=\"2\" "
                    + $"body=\"to {party.Trim()[^1]}\" />"
            )
        )
        + "</smses>";

    static async Task<IngestReport> ImportAsync(OrgSession session, string file, string? region) =>
        await session.Ingestion.IngestAsync(
            new IngestSource("phone", "android", "default", region),
            FileImport.ReadAsync(
                new MemoryStream(Encoding.UTF8.GetBytes(file)),
                new FileImportOptions { Format = "android" },
                Cancellation
            ),
            cancellationToken: Cancellation
        );

    async Task<string> IdsAsync(TestOrg org) =>
        (
            await ScalarAsync<string>(
                fixture.Database,
                "select string_agg(id::text, ' ' order by id) from callintel_private.events where org_id = $1",
                org.Id.Value
            )
        )!;
}

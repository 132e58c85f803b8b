using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>Tests what a backup reveals to a thief who has no root key.</summary>
public sealed class DumpScanTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Control = "kontrol-ø-in-the-clear";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dump_contains_no_plaintext_in_any_encoding()
    {
        const string Body = "kanarie-ø-body-4a1c",
            Transcript = "kanarie-ø-transcript-77b2",
            Summary = "kanarie-ø-summary-0d9e",
            Raw = "kanarie-ø-raw-e3f5",
            Number = "4529837461",
            Opaque = "kanarie-ø-opaque-91aa",
            Sender = "KANARIE-91",
            Name = "Kanarie Ødegård",
            Withheld = "kanarie-ø-withheld-52c8";
        TestOrg org = await fixture.Database.CreateOrgAsync("dumped", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        EventRecord like = GeneratedRecords.Take(1).Single();
        IngestReport report = await owner.Ingestion.IngestAsync(
            new IngestSource("dumped", DefaultRegion: "DK"),
            GeneratedRecords.Async([
                like with
                {
                    Party = $"+{Number}",
                    Body = Body,
                    Transcript = Transcript,
                    Summary = Summary,
                },
                like with
                {
                    Party = Opaque,
                    PartyKind = PartyKind.OpaqueId,
                    ExternalId = "2",
                    Body = Body,
                },
                like with
                {
                    Party = Sender,
                    ExternalId = null,
                    Body = Body,
                },
                like with
                {
                    Party = null,
                    ExternalId = null,
                    Body = Withheld,
                },
                EventRecord.Unreadable(RejectReason.Malformed, Raw),
            ]),
            cancellationToken: Cancellation
        );
        Assert.Equal((4, 1), (report.Inserted, report.Rejected));
        ContactId contact = (
            await owner.Contacts.FindByNumberAsync($"+{Number}", cancellationToken: Cancellation)
        )!.Value;
        await owner.Contacts.SetDisplayNameAsync(contact, Name, Cancellation);
        await PlantAsync();

        byte[] dump = Encoding.UTF8.GetBytes(await fixture.Database.DumpAsync(Cancellation));

        // the search finds what is there, in each form that a dump could have it in
        Assert.Equal(
            [
                "plain",
                "hex",
                "base64 from 0",
                "base64url from 0",
                "base64 from 2",
                "base64url from 2",
                "percent",
                "json",
                "bytea escape in COPY",
            ],
            PlaintextForms.FoundIn(dump, Control)
        );
        foreach (
            string planted in new[]
            {
                Body,
                Transcript,
                Summary,
                Raw,
                Number,
                Number[2..],
                Opaque,
                Sender,
                Name,
                "Ødegård",
                Withheld,
            }
        )
            Assert.Empty(PlaintextForms.FoundIn(dump, planted));
        Assert.True(
            dump.AsSpan().IndexOf(Encoding.UTF8.GetBytes(org.Id.ToString())) >= 0,
            "The dump does not hold the org."
        );
    }

    async Task PlantAsync()
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            """
            create table public.planted as
            select x as plain, convert_to(x, 'UTF8') as hex, encode(convert_to(x, 'UTF8'), 'base64') as base64,
                   encode(convert_to('ab' || x || 'c', 'UTF8'), 'base64') as inside,
                   encode(convert_to(x, 'UTF8'), 'escape') as escaped, replace(x, 'ø', '%C3%B8') as percent
              from (select $1::text as x) t
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = Control });
        await command.ExecuteNonQueryAsync(Cancellation);
        await using NpgsqlCommand json = fixture.Database.Admin.CreateCommand(
            @"comment on table public.planted is 'kontrol-\u00f8-in-the-clear'"
        );
        await json.ExecuteNonQueryAsync(Cancellation);
    }
}

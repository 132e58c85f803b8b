using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Encryption;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>A contact with a new number keeps its history, and later records of that number belong to it.</summary>
public sealed class ReplacedNumberTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Former = ErasureOrg.Erased,
        Next = "+4531313131";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replaced_number_still_leads_to_the_contact_and_labels_show_the_new_one()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "kept number");
        ContactId contact = await org.FillAsync(3);

        await org.Admin.Contacts.ReplaceNumberAsync(
            contact,
            "29 83 74 61",
            "31 31 31 31",
            defaultRegion: "DK",
            cancellationToken: Cancellation
        );

        Assert.Equal(contact, await org.ContactAsync(Former));
        Assert.Equal(contact, await org.ContactAsync(Next));
        IReadOnlyList<ContactNumber> numbers = await org.Admin.Contacts.ListNumbersAsync(contact, Cancellation);
        Assert.Equal([Former, Next], numbers.Select(n => n.Value));
        Assert.Equal([false, true], numbers.Select(n => n.ReplacedAt is null));
        Assert.Equal(
            Next,
            (
                await org.Admin.Contacts.ListFirstNumbersAsync(
                    [contact],
                    org.Admin.Encryption.Gate.Reason(),
                    Cancellation
                )
            )[contact].Value
        );
        // records of both numbers, on both lanes
        IngestReport bulk = await org.Admin.Ingestion.IngestAsync(
            ErasureOrg.Source,
            GeneratedRecords.Async([Record(Former, "bulk former"), Record(Next, "bulk next")]),
            cancellationToken: Cancellation
        );
        IngestReport single = await org.Admin.Ingestion.WriteAsync(
            ErasureOrg.Source,
            [Record(Next, "single next")],
            Cancellation
        );
        Assert.Equal((2L, 1L), (bulk.Inserted, single.Inserted));
        Assert.Equal(6, await EventsAsync(org, contact));
        // and back again
        await org.Admin.Contacts.ReplaceNumberAsync(contact, Next, Former, cancellationToken: Cancellation);
        Assert.Equal(
            [true, false],
            (await org.Admin.Contacts.ListNumbersAsync(contact, Cancellation)).Select(n => n.ReplacedAt is null)
        );
    }

    [Fact]
    public async Task Importing_an_old_file_again_changes_nothing()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "old file");
        EventRecord[] file = [Record(Former, "old 1"), Record(Former, "old 2")];
        await org.Admin.Ingestion.IngestAsync(
            ErasureOrg.Source,
            GeneratedRecords.Async(file),
            cancellationToken: Cancellation
        );
        ContactId contact = await org.ContactAsync(Former);
        await org.Admin.Contacts.ReplaceNumberAsync(contact, Former, Next, cancellationToken: Cancellation);

        await using CallIntelDataSource other = fixture.Database.CreateDataSource();
        await using OrgSession session = await other.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation);
        IngestReport again = await session.Ingestion.IngestAsync(
            ErasureOrg.Source,
            GeneratedRecords.Async(file),
            cancellationToken: Cancellation
        );

        Assert.Equal((2L, 2L), (again.Read, again.Duplicate));
        Assert.Equal(2, await EventsAsync(org, contact));
        Assert.Equal(1L, await CountAsync(org, "contacts"));
    }

    [Fact]
    public async Task A_released_number_gets_a_contact_of_its_own_and_the_history_stays()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "released number");
        ContactId contact = await org.FillAsync(3);

        await org.Admin.Contacts.ReplaceNumberAsync(
            contact,
            Former,
            Next,
            FormerNumber.Release,
            cancellationToken: Cancellation
        );

        Assert.Null(await org.Admin.Contacts.FindByNumberAsync(Former, cancellationToken: Cancellation));
        Assert.Equal([Next], (await org.Admin.Contacts.ListNumbersAsync(contact, Cancellation)).Select(n => n.Value));
        await org.Admin.Ingestion.WriteAsync(ErasureOrg.Source, [Record(Former, "stranger")], Cancellation);
        ContactId stranger = await org.ContactAsync(Former);
        Assert.NotEqual(contact, stranger);
        Assert.Equal((3, 1), (await EventsAsync(org, contact), await EventsAsync(org, stranger)));
        // the stranger has the number now
        await RefusedAsync(ErrorCodes.ContactNumberTaken, () =>
            org.Admin.Contacts.ReplaceNumberAsync(contact, Next, Former, cancellationToken: Cancellation)
        );
    }

    [Fact]
    public async Task The_number_of_a_merged_contact_stays_with_it_after_a_split()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "merged number");
        ContactId merged = await org.FillAsync(2),
            survivor = await org.ContactAsync(ErasureOrg.Kept);
        await org.Admin.Contacts.MergeAsync(merged, survivor, Cancellation);

        await org.Admin.Contacts.ReplaceNumberAsync(survivor, Former, Next, cancellationToken: Cancellation);
        Assert.Equal(survivor, await org.ContactAsync(Next));
        Assert.Equal(
            [ErasureOrg.Kept, Former, Next],
            (await org.Admin.Contacts.ListNumbersAsync(survivor, Cancellation)).Select(n => n.Value).Order()
        );

        await org.Admin.Contacts.SplitAsync(merged, Cancellation);
        Assert.Equal(merged, await org.ContactAsync(Next));
        Assert.Equal(merged, await org.ContactAsync(Former));
        Assert.Equal(survivor, await org.ContactAsync(ErasureOrg.Kept));
    }

    [Fact]
    public async Task An_erasure_suppresses_the_former_number_too()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "both suppressed");
        ContactId contact = await org.FillAsync(1);
        await org.Admin.Contacts.ReplaceNumberAsync(contact, Former, Next, cancellationToken: Cancellation);

        ErasureCertificate certificate = await org.Admin.Erasures.RunAsync(
            await org.RequestAsync(contact),
            Cancellation
        );

        Assert.Equal(2, certificate.Statement.SuppressedNumbers);
        Assert.Equal(2, certificate.Statement.Rows.Single(r => r.Table == "contact_numbers").Rows);
        IngestReport report = await org.Admin.Ingestion.WriteAsync(
            ErasureOrg.Source,
            [Record(Former, "again"), Record(Next, "again too")],
            Cancellation
        );
        Assert.Equal((2L, 0L), (report.Suppressed, report.Inserted));
        Assert.Equal(1L, await CountAsync(org, "contacts"));
    }

    [Fact]
    public async Task A_person_who_opted_out_stays_opted_out_with_the_new_number()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "opted out");
        ContactId contact = await org.FillAsync(1);
        await org.Admin.SubjectRequests.SuppressNumberAsync(Former, null, Cancellation);

        await org.Admin.Contacts.ReplaceNumberAsync(contact, Former, Next, cancellationToken: Cancellation);

        Assert.Equal(2, (await org.Admin.SubjectRequests.ReadSuppressionAsync(Cancellation)).Numbers);
        IngestReport report = await org.Admin.Ingestion.WriteAsync(
            ErasureOrg.Source,
            [Record(Former, "again"), Record(Next, "again too")],
            Cancellation
        );
        Assert.Equal(2L, report.Suppressed);
        // and is released by the new number alone
        Assert.True(await org.Admin.SubjectRequests.UnsuppressNumberAsync(Next, null, Cancellation));
        Assert.Equal(
            1L,
            (
                await org.Admin.Ingestion.WriteAsync(ErasureOrg.Source, [Record(Next, "consented")], Cancellation)
            ).Inserted
        );
    }

    [Fact]
    public async Task A_number_is_replaced_while_the_number_index_is_rotated()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "rotated number");
        ContactId contact = await org.FillAsync(1);
        await using OrgSession owner = await org.DataSource.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation);
        await owner.Encryption.RotateNumberIndexAsync(Cancellation); // the numbers stay under the first version

        await org.Admin.Contacts.ReplaceNumberAsync(contact, Former, Next, cancellationToken: Cancellation);

        Assert.Equal(contact, await org.ContactAsync(Former));
        Assert.Equal(contact, await org.ContactAsync(Next));
        Assert.Equal(
            [1, 2],
            await ListAsync(
                "select index_version from callintel_private.contact_numbers where contact_id = $1 order by 1",
                contact.Value
            )
        );
    }

    [Fact]
    public async Task What_cannot_be_replaced_is_refused_and_nothing_changes()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "refused number");
        ContactId contact = await org.FillAsync(1);
        await org.Admin.SubjectRequests.SuppressNumberAsync("+4532323232", null, Cancellation);
        foreach (
            (string code, string from, string to) in new[]
            {
                (ErrorCodes.InvalidContactNumber, Former, "not a number"),
                (ErrorCodes.InvalidContactNumber, Former, "31 31 31 31"), // national, without a region
                (ErrorCodes.InvalidContactNumber, Former, "+45 29 83 74 61"),
                (ErrorCodes.InvalidContactNumber, "", Next),
                (ErrorCodes.ContactNumberNotFound, ErasureOrg.Kept, Next),
                (ErrorCodes.ContactNumberNotFound, "+4533333333", Next),
                (ErrorCodes.ContactNumberTaken, Former, ErasureOrg.Kept),
                (ErrorCodes.ContactNumberSuppressed, Former, "+4532323232"),
            }
        )
            await RefusedAsync(code, () =>
                org.Admin.Contacts.ReplaceNumberAsync(contact, from, to, cancellationToken: Cancellation)
            );
        LegalHoldId hold = await org.Admin.SubjectRequests.HoldAsync(
            contact,
            LegalHoldReason.Other,
            cancellationToken: Cancellation
        );
        await RefusedAsync(ErrorCodes.ContactUnderHold, () =>
            org.Admin.Contacts.ReplaceNumberAsync(
                contact,
                Former,
                Next,
                FormerNumber.Release,
                cancellationToken: Cancellation
            )
        );
        await org.Admin.SubjectRequests.ReleaseAsync(hold, Cancellation);
        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Member, OrgRole.Analyst })
        {
            await using OrgSession session = await org.DataSource.OpenSessionAsync(org.Org.As(role), Cancellation);
            await RefusedAsync(ErrorCodes.NotAllowed, () =>
                session.Contacts.ReplaceNumberAsync(contact, Former, Next, cancellationToken: Cancellation)
            );
        }
        await org.Admin.Privacy.SetAsync(contact, new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);
        await using (
            OrgSession session = await org.DataSource.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation)
        )
            await RefusedAsync(ErrorCodes.PurposeNeeded, () =>
                session.Contacts.ReplaceNumberAsync(contact, Former, Next, cancellationToken: Cancellation)
            );
        Assert.Equal([Former], (await org.Admin.Contacts.ListNumbersAsync(contact, Cancellation)).Select(n => n.Value));
        await org.RequestAsync(contact);
        await RefusedAsync(ErrorCodes.KeyUnavailable, () =>
            org.Admin.Contacts.ReplaceNumberAsync(contact, Former, Next, cancellationToken: Cancellation)
        );
    }

    [Fact]
    public async Task A_request_for_rectification_gets_an_entry_and_the_audit_log_names_no_number()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "rectified");
        ContactId contact = await org.FillAsync(1),
            other = await org.ContactAsync(ErasureOrg.Kept);
        SubjectRequestId id = (
            await org.Admin.SubjectRequests.OpenAsync(
                new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Rectification)
                {
                    Contacts = [contact],
                },
                Cancellation
            )
        )
            .Request
            .Id;
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () => RectifyAsync(contact));
        await org.Admin.SubjectRequests.VerifyIdentityAsync(
            id,
            IdentityVerification.Reasonable,
            cancellationToken: Cancellation
        );
        await RefusedAsync(ErrorCodes.ContactNotFound, () => RectifyAsync(other, ErasureOrg.Kept));
        Assert.Null(await org.Admin.Contacts.FindByNumberAsync(Next, cancellationToken: Cancellation));

        await RectifyAsync(contact);

        Assert.Equal(contact, await org.ContactAsync(Next));
        Assert.Single((await org.Admin.SubjectRequests.GetAsync(id, Cancellation)).History, entry =>
            entry.Action is SubjectRequestAction.Rectified
        );
        Assert.Equal(
            1L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.audit_log where org_id = $1 and action = 'replace number'",
                org.Org.Id.Value
            )
        );
        byte[] dump = Encoding.UTF8.GetBytes(await fixture.Database.DumpAsync(Cancellation));
        foreach (string number in new[] { "31313131", "29837461" })
            Assert.Empty(PlaintextForms.FoundIn(dump, number));

        Task RectifyAsync(ContactId person, string from = Former) =>
            org.Admin.SubjectRequests.RectifyNumberAsync(id, person, from, Next, cancellationToken: Cancellation);
    }

    static EventRecord Record(string party, string id) =>
        GeneratedRecords.Take(1).Single() with
        {
            Party = party,
            ExternalId = $"replaced-{id}",
            Channel = EventChannel.Sms,
            Duration = null,
            Body = "text",
        };

    static async Task<int> EventsAsync(ErasureOrg org, ContactId contact) =>
        await org.Admin.Events.ReadAsync(EventFilter.All.ForContact(contact), Cancellation).CountAsync(Cancellation);

    Task<long> CountAsync(ErasureOrg org, string table) =>
        ScalarAsync<long>(
            fixture.Database,
            $"select count(*) from callintel_private.{table} where org_id = $1",
            org.Org.Id.Value
        );

    async Task<List<int>> ListAsync(string sql, Guid id)
    {
        List<int> rows = [];
        await using Npgsql.NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = id });
        await using Npgsql.NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
            rows.Add(reader.GetInt32(0));
        return rows;
    }
}

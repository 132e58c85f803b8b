using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.SubjectRequests.SubjectHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>Tests finding the contacts and rows of a person.</summary>
public sealed class SubjectDiscoveryTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_notation_of_a_number_finds_the_contact_and_counts_its_rows()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("notations", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await PlantAsync(admin, persons: 5, messages: 3);
        ContactId contact = (
            await admin.Contacts.FindByNumberAsync(NumberOf(3), cancellationToken: Cancellation)
        )!.Value;
        SubjectIdentity[] notations =
        [
            Number("+4520000003"),
            Number("+45 20 00 00 03"),
            Number("+45-2000-0003"),
            Number("0045 20000003", "DK"),
            Number("(+45) 20.00.00.03"),
            Number("tel:+4520000003"),
            Number("20000003", "DK"),
            Number("20 00 00 03", "dk"),
            Number("004520000003", "DK"),
            Number("+45 20 00 00 03 ext. 5"),
        ];
        foreach (SubjectIdentity notation in notations)
        {
            SubjectRequestId id = await OpenAsync(admin, SubjectRequestType.Access, notation);
            SubjectDiscovery found = await admin.SubjectRequests.DiscoverAsync(id, Cancellation);
            Assert.Equal([contact], found.Contacts);
            Assert.Equal(
                (1L, 1L, 3L, 3L),
                (
                    found.Tables["contacts"],
                    found.Tables["contact_numbers"],
                    found.Tables["events"],
                    found.Tables["event_contents"]
                )
            );
            Assert.Empty(found.Unsearchable);
            Assert.Equal([contact], (await admin.SubjectRequests.GetAsync(id, Cancellation)).Request.Contacts);
        }
        Assert.Equal(
            notations.Length,
            await admin.SubjectRequests.ListAsync(new() { Contact = contact }, Cancellation).CountAsync(Cancellation)
        );
        // discovery changes nothing but the register
        Assert.Equal(
            15L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.events where org_id = $1 and level = 0",
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task Contacts_are_found_under_all_versions_of_the_index_key_and_the_request_moves_to_the_latest()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("versions", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await PlantAsync(admin, persons: 2);
        SubjectRequestId id = await OpenAsync(admin, SubjectRequestType.Access, Number(NumberOf(1)));
        await owner.Encryption.RotateNumberIndexAsync(Cancellation); // the numbers stay under the first version

        SubjectDiscovery found = await admin.SubjectRequests.DiscoverAsync(id, Cancellation);
        Assert.Equal(
            await admin.Contacts.FindByNumberAsync(NumberOf(1), cancellationToken: Cancellation),
            Assert.Single(found.Contacts)
        );
        Assert.Equal(
            2,
            await ScalarAsync<int>(
                fixture.Database,
                "select index_version from callintel_private.subject_request_identities where org_id = $1",
                org.Id.Value
            )
        );
    }

    [Fact]
    public async Task Merged_contacts_and_their_numbers_are_found_together()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("merged", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await PlantAsync(admin, persons: 4);
        ContactId[] contacts =
        [
            (await admin.Contacts.FindByNumberAsync(NumberOf(0), cancellationToken: Cancellation))!.Value,
            (await admin.Contacts.FindByNumberAsync(NumberOf(1), cancellationToken: Cancellation))!.Value,
        ];
        await admin.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);
        foreach (int number in new[] { 0, 1 })
        {
            SubjectRequestId id = await OpenAsync(admin, SubjectRequestType.Access, Number(NumberOf(number)));
            SubjectDiscovery found = await admin.SubjectRequests.DiscoverAsync(id, Cancellation);
            Assert.Equal(contacts.ToHashSet(), found.Contacts.ToHashSet());
            Assert.Equal(
                (2L, 2L, 4L),
                (found.Tables["contacts"], found.Tables["contact_numbers"], found.Tables["events"])
            );
        }
        // one that the host named by the merged contact
        SubjectRequestId named = (
            await admin.SubjectRequests.OpenAsync(
                new NewSubjectRequest(SubjectRegulation.Ccpa, SubjectRequestType.Access) { Contacts = [contacts[1]] },
                Cancellation
            )
        )
            .Request
            .Id;
        Assert.Equal(
            contacts.ToHashSet(),
            (await admin.SubjectRequests.DiscoverAsync(named, Cancellation)).Contacts.ToHashSet()
        );
    }

    [Fact]
    public async Task Group_messages_of_others_are_counted_once_and_rows_of_other_people_are_not()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("group counts", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await PlantGroupAsync(admin);
        SubjectRequestId id = await OpenAsync(admin, SubjectRequestType.Access, Number(NumberOf(1)));
        SubjectDiscovery found = await admin.SubjectRequests.DiscoverAsync(id, Cancellation);
        // one message of the person to two others, one of another to the person and a third, one without the person
        Assert.Equal(
            (1L, 1L, 3L),
            (found.Tables["events"], found.Tables["event_contents"], found.Tables["event_participants"])
        );
    }

    [Fact]
    public async Task Names_find_nothing_and_are_reported_and_unknown_numbers_find_nobody()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("unknown", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await PlantAsync(admin, persons: 1);
        SubjectRequestId id = await OpenAsync(
            admin,
            SubjectRequestType.Access,
            new SubjectIdentity(SubjectIdentityKind.Name, "Anna"),
            new SubjectIdentity(SubjectIdentityKind.Other, "customer 17"),
            Number("+4599999999")
        );
        SubjectDiscovery found = await admin.SubjectRequests.DiscoverAsync(id, Cancellation);
        Assert.Empty(found.Contacts);
        Assert.Empty(found.Tables);
        Assert.Equal([SubjectIdentityKind.Name, SubjectIdentityKind.Other], found.Unsearchable);
    }

    [Fact]
    public async Task A_hidden_contact_is_found_only_in_a_session_with_a_purpose()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("hidden", Cancellation);
        await using OrgSession purposeful = await AdminAsync(fixture.Database, org);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await PlantAsync(purposeful, persons: 1);
        ContactId contact = (
            await admin.Contacts.FindByNumberAsync(NumberOf(0), cancellationToken: Cancellation)
        )!.Value;
        await admin.Privacy.SetAsync(contact, new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);
        SubjectRequestId id = await OpenAsync(admin, SubjectRequestType.Access, Number(NumberOf(0)));
        await RefusedAsync(ErrorCodes.PurposeNeeded, () => admin.SubjectRequests.DiscoverAsync(id, Cancellation));
        Assert.Empty((await admin.SubjectRequests.GetAsync(id, Cancellation)).Request.Contacts);
        Assert.Equal([contact], (await purposeful.SubjectRequests.DiscoverAsync(id, Cancellation)).Contacts);
    }

    [Fact]
    public async Task A_number_of_another_org_finds_nobody_and_closed_requests_are_not_searched()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("searching", Cancellation),
            other = await fixture.Database.CreateOrgAsync("searched", Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await using OrgSession foreign = await AdminAsync(fixture.Database, other);
        await PlantAsync(foreign, persons: 1);
        SubjectRequestId id = await OpenAsync(admin, SubjectRequestType.Access, Number(NumberOf(0)));
        Assert.Empty((await admin.SubjectRequests.DiscoverAsync(id, Cancellation)).Contacts);
        await RefusedAsync(ErrorCodes.SubjectRequestNotFound, () =>
            foreign.SubjectRequests.DiscoverAsync(id, Cancellation)
        );
        await admin.SubjectRequests.CancelAsync(id, null, Cancellation);
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
            admin.SubjectRequests.DiscoverAsync(id, Cancellation)
        );
        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Member, OrgRole.Analyst })
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            await RefusedAsync(ErrorCodes.NotAllowed, () => session.SubjectRequests.DiscoverAsync(id, Cancellation));
        }
    }
}

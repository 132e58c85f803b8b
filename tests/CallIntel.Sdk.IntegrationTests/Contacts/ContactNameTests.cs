using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Contacts;

public sealed class ContactNameTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_contact_name_can_be_set_read_changed_and_removed()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync("names", 3);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.Null(await analyst.Contacts.FindDisplayNameAsync(contacts[0], Cancellation));

        string longest = string.Concat(Enumerable.Repeat("名", ContactName.MaxLength));
        await admin.Contacts.SetDisplayNameAsync(contacts[0], "Søren 👩‍👩‍👧 O'Neil", Cancellation);
        await admin.Contacts.SetDisplayNameAsync(contacts[1], "first", Cancellation);
        await admin.Contacts.SetDisplayNameAsync(contacts[1], longest, Cancellation);
        Assert.Equal(
            new ContactName("Søren 👩‍👩‍👧 O'Neil"),
            await analyst.Contacts.FindDisplayNameAsync(contacts[0], Cancellation)
        );
        Assert.Equal(
            new Dictionary<ContactId, ContactName>
            {
                [contacts[0]] = new("Søren 👩‍👩‍👧 O'Neil"),
                [contacts[1]] = new(longest),
            },
            await analyst.Contacts.ListDisplayNamesAsync(
                [.. contacts, contacts[0], new ContactId(NewId())],
                Cancellation
            )
        );

        await admin.Contacts.SetDisplayNameAsync(contacts[0], null, Cancellation);
        await admin.Contacts.SetDisplayNameAsync(contacts[0], null, Cancellation);
        Assert.Null(await analyst.Contacts.FindDisplayNameAsync(contacts[0], Cancellation));
        Assert.Equal(
            $"name {contacts[0]}, name {contacts[1]}, name {contacts[1]}, remove {contacts[0]}",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action || ' ' || subject_id, ', ' order by occurred_at)
                  from callintel_private.audit_log where org_id = $1 and object = 'contact_profiles'
                """,
                org.Id.Value
            )
        );
        Assert.Equal(
            org.Members[OrgRole.Admin].Value,
            await ScalarAsync<Guid>(
                fixture.Database,
                """
                select distinct member_id from callintel_private.audit_log
                 where org_id = $1 and object = 'contact_profiles'
                """,
                org.Id.Value
            )
        );
        Assert.DoesNotContain("first", new ContactName("first").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_an_erased_person_reads_as_shredded_and_cannot_be_set_again()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync("shredded names", 2);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        foreach (ContactId contact in contacts)
            await admin.Contacts.SetDisplayNameAsync(contact, "Somebody", Cancellation);
        await admin.Keys.CryptoShredAsync(contacts[0], Cancellation);

        IReadOnlyDictionary<ContactId, ContactName> names = await admin.Contacts.ListDisplayNamesAsync(
            contacts,
            Cancellation
        );
        Assert.Equal((null, DecryptResult.CryptoShredded), (names[contacts[0]].Value, names[contacts[0]].Status));
        Assert.Equal(new ContactName("Somebody"), names[contacts[1]]);
        await RefusedAsync(ErrorCodes.KeyUnavailable, () =>
            admin.Contacts.SetDisplayNameAsync(contacts[0], "Again", Cancellation)
        );
        await admin.Contacts.SetDisplayNameAsync(contacts[0], null, Cancellation);
        Assert.Null(await admin.Contacts.FindDisplayNameAsync(contacts[0], Cancellation));
    }

    [Fact]
    public async Task Names_are_readable_only_with_the_contact_and_reading_creates_no_key()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync("hidden names", 4);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        foreach (ContactId contact in contacts)
            await admin.Contacts.SetDisplayNameAsync(contact, $"Name of {contact}", Cancellation);
        for (short level = 1; level <= 3; level++)
            await PrivacyRules.SetAsync(org, contacts[level], level, Cancellation);
        Dictionary<OrgRole, int[]> seen = new()
        {
            [OrgRole.Viewer] = [],
            [OrgRole.Member] = [],
            [OrgRole.Analyst] = [0, 1],
            [OrgRole.Admin] = [0, 1, 2],
            [OrgRole.Owner] = [0, 1, 2],
        };
        foreach ((OrgRole role, int[] visible) in seen)
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            IReadOnlyDictionary<ContactId, ContactName> names = await session.Contacts.ListDisplayNamesAsync(
                contacts,
                Cancellation
            );
            Assert.Equal(visible.Select(i => contacts[i]).ToHashSet(), names.Keys.ToHashSet());
        }

        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        await using OrgSession member = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        // members who cannot see the contact do not learn that its key is destroyed
        await using (
            OrgSession withPurpose = await fixture.Database.DataSource.OpenSessionAsync(
                org.As(OrgRole.Admin) with
                {
                    Purpose = AccessPurpose.SubjectRequest,
                },
                Cancellation
            )
        )
            await withPurpose.Keys.CryptoShredAsync(contacts[3], Cancellation);
        long keys = await KeysAsync(org) + await KeysAsync(fixture.Foreign);
        foreach (ContactId contact in contacts)
        {
            await RefusedAsync(ErrorCodes.NotAllowed, () =>
                viewer.Contacts.SetDisplayNameAsync(contact, "x", Cancellation)
            );
            await RefusedAsync(ErrorCodes.NotAllowed, () =>
                analyst.Contacts.SetDisplayNameAsync(contact, "x", Cancellation)
            );
            await RefusedAsync(ErrorCodes.ContactNotFound, () =>
                member.Contacts.SetDisplayNameAsync(contact, "x", Cancellation)
            );
            await RefusedAsync(ErrorCodes.ContactNotFound, () =>
                foreign.Contacts.SetDisplayNameAsync(contact, null, Cancellation)
            );
        }
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            admin.Contacts.SetDisplayNameAsync(contacts[3], "x", Cancellation)
        );
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            admin.Contacts.SetDisplayNameAsync(new ContactId(NewId()), "x", Cancellation)
        );
        Assert.Equal(keys, await KeysAsync(org) + await KeysAsync(fixture.Foreign));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    [InlineData("nul\0")]
    [InlineData("tab\t")]
    [InlineData("esc\u001b[31m")]
    [InlineData("c1\u0085")]
    [InlineData("line\u2028separator")]
    public async Task Invalid_contact_names_are_rejected(string name)
    {
        await using OrgSession owner = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        ContactId anybody = new(NewId());
        CallIntelException refused = await RefusedAsync(ErrorCodes.InvalidName, () =>
            owner.Contacts.SetDisplayNameAsync(anybody, name, Cancellation)
        );
        if (!string.IsNullOrWhiteSpace(name))
            Assert.DoesNotContain(name, refused.ToString(), StringComparison.Ordinal);
        // halves of characters do not survive as data of a theory
        foreach (
            string never in new[] { new string('x', ContactName.MaxLength + 1), $"half {'\ud83d'}", $"{'\udc69'} half" }
        )
            await RefusedAsync(ErrorCodes.InvalidName, () =>
                owner.Contacts.SetDisplayNameAsync(anybody, never, Cancellation)
            );
    }

    [Fact]
    public async Task Name_changes_made_without_the_SDK_are_audited()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync("injected", 2);
        await SampleKeys.AddAsync(fixture.Database.Admin, org.Id);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        foreach (ContactId contact in contacts)
            await admin.Contacts.SetDisplayNameAsync(contact, "Somebody", Cancellation);
        // by the function, as injected SQL would call it, and by code of the package that changes several at once
        foreach (
            (string? role, string sql) in new (string?, string)[]
            {
                (null, $"select callintel.set_contact_name('{contacts[0]}', null)"),
                (
                    null,
                    $"select callintel.set_contact_name('{contacts[0]}', decode('c10100' || repeat('00', 60), 'hex'))"
                ),
                ("callintel_member", "update callintel_private.contact_profiles set updated_at = now()"),
                ("callintel_member", "delete from callintel_private.contact_profiles"),
            }
        )
        {
            await using SessionTransaction session = await SessionTransaction.BeginAsync(
                fixture.Database,
                org.As(OrgRole.Admin),
                role: role
            );
            await session.RunAsync(sql);
            await session.CommitAsync();
        }
        Assert.Equal(
            "name 1, name 1, remove 1, name 1, name 2, remove 2",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action || ' ' || row_count, ', ' order by occurred_at)
                  from callintel_private.audit_log where org_id = $1 and object = 'contact_profiles'
                """,
                org.Id.Value
            )
        );
    }

    Task<long> KeysAsync(TestOrg org) =>
        ScalarAsync<long>(
            fixture.Database,
            "select count(*) from callintel_private.data_keys where org_id = $1",
            org.Id.Value
        );

    async Task<(TestOrg Org, ContactId[] Contacts)> OrgAsync(string name, int count)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        EventRecord like = GeneratedRecords.Take(1).Single();
        await admin.Ingestion.IngestAsync(
            new IngestSource("names"),
            GeneratedRecords.Async(
                Enumerable.Range(0, count).Select(i => like with { Party = $"+452000010{i}", ExternalId = $"{i}" })
            ),
            cancellationToken: Cancellation
        );
        List<ContactId> contacts = [];
        for (int i = 0; i < count; i++)
            contacts.Add(
                (await admin.Contacts.FindByNumberAsync($"+452000010{i}", cancellationToken: Cancellation))!.Value
            );
        return (org, [.. contacts]);
    }
}

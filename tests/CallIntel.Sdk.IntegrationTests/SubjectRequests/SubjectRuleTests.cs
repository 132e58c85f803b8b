using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.SubjectRequests.SubjectHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>Tests restriction, objection, opt-out and rectification.</summary>
public sealed class SubjectRuleTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restriction_hides_the_contact_until_it_is_lifted_and_the_rule_before_comes_back()
    {
        (TestOrg org, ContactId[] contacts) = await PersonsAsync("restricted", 2);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        PrivacyRule before = new() { NoSearch = true, RetentionDays = 90 };
        await admin.Privacy.SetAsync(contacts[0], before, Cancellation);
        SubjectRequestId id = await FoundAsync(admin, SubjectRequestType.Restriction);
        SubjectRule rule = Assert.Single(await admin.SubjectRequests.ApplyRulesAsync(id, Cancellation));
        Assert.Equal(
            (contacts[0], PrivacyLevel.Hidden, true, true, org.Members[OrgRole.Admin]),
            (rule.Contact, rule.Level, rule.NoSearch, rule.NoEmbedding, rule.SetBy)
        );
        PrivacyRule now = (await admin.Privacy.FindAsync(contacts[0], Cancellation))!;
        Assert.Equal((PrivacyLevel.Hidden, 90), (now.Level, now.RetentionDays));
        Assert.Null(await analyst.Contacts.FindByNumberAsync(NumberOf(0), cancellationToken: Cancellation));
        Assert.NotNull(await analyst.Contacts.FindByNumberAsync(NumberOf(1), cancellationToken: Cancellation));
        // again: nothing changes
        Assert.Equal([rule.Id], (await admin.SubjectRequests.ApplyRulesAsync(id, Cancellation)).Select(r => r.Id));
        await admin.SubjectRequests.CompleteAsync(id, cancellationToken: Cancellation);

        await admin.SubjectRequests.LiftRuleAsync(rule.Id, Cancellation);
        now = (await admin.Privacy.FindAsync(contacts[0], Cancellation))!;
        Assert.Equal(
            (before.Level, before.NoSearch, before.NoEmbedding, before.RetentionDays),
            (now.Level, now.NoSearch, now.NoEmbedding, now.RetentionDays)
        );
        Assert.NotNull(await analyst.Contacts.FindByNumberAsync(NumberOf(0), cancellationToken: Cancellation));
        SubjectRule lifted = Assert.Single(await admin.SubjectRequests.ListRulesAsync(id, Cancellation));
        Assert.Equal(org.Members[OrgRole.Admin], lifted.LiftedBy);
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
            admin.SubjectRequests.LiftRuleAsync(rule.Id, Cancellation)
        );
        Assert.Equal(
            [SubjectRequestAction.RuleSet, SubjectRequestAction.Completed, SubjectRequestAction.RuleLifted],
            (await admin.SubjectRequests.GetAsync(id, Cancellation)).History.Select(e => e.Action).TakeLast(3)
        );
    }

    [Fact]
    public async Task Objections_and_opt_outs_exclude_content_from_search_and_embeddings_only()
    {
        (TestOrg org, ContactId[] contacts) = await PersonsAsync("objecting", 1);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        // an opt-out needs no verification
        SubjectRequestId optOut = (
            await admin.SubjectRequests.OpenAsync(
                new NewSubjectRequest(SubjectRegulation.Ccpa, SubjectRequestType.OptOut) { Contacts = [contacts[0]] },
                Cancellation
            )
        )
            .Request
            .Id;
        SubjectRule first = Assert.Single(await admin.SubjectRequests.ApplyRulesAsync(optOut, Cancellation));
        Assert.Equal((PrivacyLevel.Normal, true, true), (first.Level, first.NoSearch, first.NoEmbedding));

        SubjectRequestId objection = await FoundAsync(admin, SubjectRequestType.Objection);
        SubjectRule second = Assert.Single(await admin.SubjectRequests.ApplyRulesAsync(objection, Cancellation));
        await admin.SubjectRequests.LiftRuleAsync(second.Id, Cancellation);
        Assert.True((await admin.Privacy.FindAsync(contacts[0], Cancellation))!.NoSearch); // the opt-out holds
        await admin.SubjectRequests.LiftRuleAsync(first.Id, Cancellation);
        Assert.Null(await admin.Privacy.FindAsync(contacts[0], Cancellation));
    }

    [Fact]
    public async Task A_rule_that_was_changed_since_is_not_lifted_and_stays()
    {
        (TestOrg org, ContactId[] contacts) = await PersonsAsync("changed", 1);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        SubjectRequestId id = await FoundAsync(admin, SubjectRequestType.Objection);
        SubjectRule rule = Assert.Single(await admin.SubjectRequests.ApplyRulesAsync(id, Cancellation));
        await admin.Privacy.SetAsync(contacts[0], new PrivacyRule { Level = PrivacyLevel.Restricted }, Cancellation);
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
            admin.SubjectRequests.LiftRuleAsync(rule.Id, Cancellation)
        );
        Assert.Equal(PrivacyLevel.Restricted, (await admin.Privacy.FindAsync(contacts[0], Cancellation))!.Level);
        Assert.Null(Assert.Single(await admin.SubjectRequests.ListRulesAsync(id, Cancellation)).LiftedAt);
    }

    [Fact]
    public async Task A_rule_never_makes_visible_what_was_not()
    {
        (TestOrg org, ContactId[] contacts) = await PersonsAsync("combined", 1);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        SubjectRequestId restriction = await FoundAsync(admin, SubjectRequestType.Restriction);
        await admin.Privacy.SetAsync(contacts[0], new PrivacyRule { Level = PrivacyLevel.MetadataOnly }, Cancellation);
        // hidden would let admins read the content
        await RefusedAsync(ErrorCodes.RulesNotCombinable, () =>
            admin.SubjectRequests.ApplyRulesAsync(restriction, Cancellation)
        );
        await admin.Privacy.SetAsync(
            contacts[0],
            new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [org.Members[OrgRole.Member]] },
            Cancellation
        );
        SubjectRequestId objection = await FoundAsync(admin, SubjectRequestType.Objection);
        await admin.SubjectRequests.ApplyRulesAsync(objection, Cancellation);
        PrivacyRule rule = (await admin.Privacy.FindAsync(contacts[0], Cancellation))!;
        Assert.Equal(PrivacyLevel.Restricted, rule.Level);
        Assert.Equal([org.Members[OrgRole.Member]], rule.Members);
    }

    [Fact]
    public async Task Merged_contacts_get_one_rule()
    {
        (TestOrg org, ContactId[] contacts) = await PersonsAsync("merged rules", 2);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await admin.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);
        SubjectRequestId id = await FoundAsync(admin, SubjectRequestType.Restriction);
        SubjectRule rule = Assert.Single(await admin.SubjectRequests.ApplyRulesAsync(id, Cancellation));
        Assert.Equal(contacts[0], rule.Contact);
        Assert.Equal(PrivacyLevel.Hidden, (await admin.Privacy.FindAsync(contacts[1], Cancellation))!.Level);
        await admin.SubjectRequests.LiftRuleAsync(rule.Id, Cancellation);
        Assert.Null(await admin.Privacy.FindAsync(contacts[1], Cancellation));
    }

    [Fact]
    public async Task Names_are_rectified_for_verified_requests_only_and_recorded()
    {
        (TestOrg org, ContactId[] contacts) = await PersonsAsync("rectified", 2);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        SubjectRequestId id = await FoundAsync(admin, SubjectRequestType.Rectification);
        await admin.SubjectRequests.RectifyNameAsync(id, contacts[0], "Anna Sørensen", Cancellation);
        Assert.Equal("Anna Sørensen", (await admin.Contacts.FindDisplayNameAsync(contacts[0], Cancellation))!.Value);
        await admin.SubjectRequests.NoteRectificationAsync(id, "number corrected at the carrier", Cancellation);
        SubjectRequestEntry entry = (await admin.SubjectRequests.GetAsync(id, Cancellation)).History[^1];
        Assert.Equal((SubjectRequestAction.Rectified, "number corrected at the carrier"), (entry.Action, entry.Note));
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            admin.SubjectRequests.RectifyNameAsync(id, contacts[1], "Berta", Cancellation)
        );
        await RefusedAsync(ErrorCodes.InvalidName, () =>
            admin.SubjectRequests.RectifyNameAsync(id, contacts[0], "a\nb", Cancellation)
        );
        SubjectRequestId access = await FoundAsync(admin, SubjectRequestType.Access);
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
            admin.SubjectRequests.RectifyNameAsync(access, contacts[0], "Berta", Cancellation)
        );
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
            admin.SubjectRequests.ApplyRulesAsync(access, Cancellation)
        );
        await admin.SubjectRequests.VerifyIdentityAsync(id, IdentityVerification.None, null, Cancellation);
        await RefusedAsync(ErrorCodes.SubjectRequestStateRefused, () =>
            admin.SubjectRequests.RectifyNameAsync(id, contacts[0], "Berta", Cancellation)
        );
        Assert.Equal("Anna Sørensen", (await admin.Contacts.FindDisplayNameAsync(contacts[0], Cancellation))!.Value);
    }

    [Fact]
    public async Task Members_and_other_orgs_set_and_lift_no_rules()
    {
        (TestOrg org, ContactId[] contacts) = await PersonsAsync("others", 1);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        SubjectRequestId id = await FoundAsync(admin, SubjectRequestType.Restriction);
        SubjectRule rule = Assert.Single(await admin.SubjectRequests.ApplyRulesAsync(id, Cancellation));
        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Member, OrgRole.Analyst })
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            await RefusedAsync(ErrorCodes.NotAllowed, () => session.SubjectRequests.ApplyRulesAsync(id, Cancellation));
            await RefusedAsync(ErrorCodes.NotAllowed, () =>
                session.SubjectRequests.LiftRuleAsync(rule.Id, Cancellation)
            );
            await RefusedAsync(ErrorCodes.NotAllowed, () => session.SubjectRequests.ListRulesAsync(id, Cancellation));
            await RefusedAsync(ErrorCodes.NotAllowed, () =>
                session.SubjectRequests.RectifyNameAsync(id, contacts[0], null, Cancellation)
            );
        }
        await using OrgSession foreign = await AdminAsync(fixture.Database, fixture.Foreign);
        await RefusedAsync(ErrorCodes.SubjectRequestNotFound, () =>
            foreign.SubjectRequests.LiftRuleAsync(rule.Id, Cancellation)
        );
        await RefusedAsync(ErrorCodes.SubjectRequestNotFound, () =>
            foreign.SubjectRequests.ApplyRulesAsync(id, Cancellation)
        );
        Assert.Empty(await foreign.SubjectRequests.ListRulesAsync(id, Cancellation));
        Assert.Equal(PrivacyLevel.Hidden, (await admin.Privacy.FindAsync(contacts[0], Cancellation))!.Level);
    }

    async Task<(TestOrg Org, ContactId[] Contacts)> PersonsAsync(string name, int persons)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        await using OrgSession admin = await AdminAsync(fixture.Database, org);
        await PlantAsync(admin, persons);
        List<ContactId> contacts = [];
        for (int i = 0; i < persons; i++)
            contacts.Add((await admin.Contacts.FindByNumberAsync(NumberOf(i), cancellationToken: Cancellation))!.Value);
        return (org, [.. contacts]);
    }

    /// <summary>A verified request of the first person, whose contacts were found.</summary>
    static async Task<SubjectRequestId> FoundAsync(OrgSession admin, SubjectRequestType type)
    {
        SubjectRequestId id = await OpenAsync(admin, type, Number(NumberOf(0)));
        await admin.SubjectRequests.DiscoverAsync(id, Cancellation);
        return id;
    }
}

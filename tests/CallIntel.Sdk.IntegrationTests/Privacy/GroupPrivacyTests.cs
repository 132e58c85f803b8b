using CallIntel.Sdk.Events;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.ConversationHarness;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Privacy;

/// <summary>The strictest rule of the people of an event applies to its content.</summary>
public sealed class GroupPrivacyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PrivacyLevel.Restricted, false, true)]
    [InlineData(PrivacyLevel.Hidden, false, false)]
    [InlineData(PrivacyLevel.MetadataOnly, false, false)]
    public async Task The_rule_of_a_participant_applies_to_the_content(
        PrivacyLevel level,
        bool analystReads,
        bool adminReads
    )
    {
        (TestOrg org, OrgSession admin) = await OrgAsync($"{level}");
        await StoreAsync(admin, Sent("to both", Anna, Bo));
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.Equal("to both", (await ReadOneAsync(analyst)).Content?.Body);

        ContactId bo = await ContactAsync(admin, Bo);
        await admin.Privacy.SetAsync(bo, new PrivacyRule { Level = level }, Cancellation);

        // The event is Anna's, so it is visible; what was written to Bo too is not.
        Assert.Equal(analystReads, (await ReadOneAsync(analyst)).Content is not null);
        Assert.Equal(adminReads, (await ReadOneAsync(admin)).Content is not null);
        await using OrgSession purposeful = await PrivacyHarness.PurposefulAsync(fixture.Database, org);
        Assert.Equal(level is not PrivacyLevel.MetadataOnly, (await ReadOneAsync(purposeful)).Content is not null);

        await purposeful.Privacy.SetAsync(bo, new PrivacyRule(), Cancellation);
        Assert.Equal("to both", (await ReadOneAsync(analyst)).Content?.Body);
    }

    [Fact]
    public async Task A_rule_that_exists_before_a_record_is_stored_applies_to_its_content()
    {
        (TestOrg org, OrgSession admin) = await OrgAsync("before");
        await StoreAsync(admin, Sent("to Bo alone", Bo));
        await admin.Privacy.SetAsync(
            await ContactAsync(admin, Bo),
            new PrivacyRule { Level = PrivacyLevel.Restricted },
            Cancellation
        );
        await StoreAsync(admin, Sent("copied", Anna, Bo));
        await admin.Ingestion.WriteAsync(Source, [Sent("written", Anna, Bo)], Cancellation);

        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        List<ConversationEvent> visible = await ReadAsync(analyst);
        Assert.Equal(2, visible.Count);
        Assert.All(visible, e => Assert.Null(e.Content));
    }

    [Fact]
    public async Task A_member_who_is_listed_for_one_restricted_party_does_not_read_what_concerns_another()
    {
        (TestOrg org, OrgSession admin) = await OrgAsync("listed");
        await StoreAsync(admin, Sent("to both", Anna, Bo), Sent("to Anna", Anna));
        MemberId analyst = org.As(OrgRole.Analyst).Member;
        await admin.Privacy.SetAsync(
            await ContactAsync(admin, Anna),
            new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [analyst] },
            Cancellation
        );
        await admin.Privacy.SetAsync(
            await ContactAsync(admin, Bo),
            new PrivacyRule { Level = PrivacyLevel.Restricted },
            Cancellation
        );

        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.Equal([null, "to Anna"], (await ReadAsync(session)).Select(e => e.Content?.Body).Order());
        await using OrgSession purposeful = await PrivacyHarness.PurposefulAsync(fixture.Database, org);
        Assert.Equal(["to Anna", "to both"], (await ReadAsync(purposeful)).Select(e => e.Content?.Body).Order());
    }

    async Task<(TestOrg Org, OrgSession Admin)> OrgAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"group privacy {name} {NewId()}", Cancellation);
        return (org, await org.OpenSessionAsync(OrgRole.Admin, Cancellation));
    }
}

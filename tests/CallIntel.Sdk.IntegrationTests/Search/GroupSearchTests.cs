using CallIntel.Sdk.Events;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Search.SearchHarness;

namespace CallIntel.Sdk.IntegrationTests.Search;

/// <summary>The words of messages to several people are found as long as all of them allow it.</summary>
public sealed class GroupSearchTests(ServerFixture server) : IAsyncLifetime
{
    TestDatabase _database = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await server.Template.CloneAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Messages_to_a_participant_who_is_excluded_from_search_are_not_found_and_later_again()
    {
        TestOrg org = await OrgAsync(_database, "group excluded", [ToBoth(0), Message(1, "balloon")]);
        await FindsAsync([1, 0], FindAsync(org, "balloon"));

        await SetRuleAsync(org, new PrivacyRule { NoSearch = true });
        await FindsAsync([1], FindAsync(org, "balloon"));
        await StoreAsync(org, [ToBoth(2)]);
        await IndexAsync(_database, org);
        await FindsAsync([1], FindAsync(org, "balloon"));

        await SetRuleAsync(org, new PrivacyRule());
        await IndexAsync(_database, org);
        await FindsAsync([0, 1, 2], SortedAsync(FindAsync(org, "balloon")));
    }

    [Fact]
    public async Task Messages_to_a_restricted_participant_are_found_by_admins_only()
    {
        TestOrg org = await OrgAsync(_database, "group restricted", [ToBoth(0), Message(1, "balloon")]);
        await SetRuleAsync(org, new PrivacyRule { Level = PrivacyLevel.Restricted });

        await FindsAsync([1], FindAsync(org, "balloon", OrgRole.Analyst));
        await FindsAsync([1, 0], FindAsync(org, "balloon"));
    }

    [Fact]
    public async Task Words_are_found_again_after_the_key_of_one_party_was_destroyed()
    {
        TestOrg org = await OrgAsync(_database, "group shredded", [ToBoth(0), Message(1, "balloon")]);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);

        await admin.Keys.CryptoShredAsync(await ContactAsync(admin, 0), Cancellation);
        await FindsAsync([], FindAsync(org, "balloon"));
        await IndexAllAsync(org);
        await FindsAsync([0], FindAsync(org, "balloon"));

        await admin.Keys.CryptoShredAsync(await ContactAsync(admin, 1), Cancellation);
        await IndexAllAsync(org);
        await FindsAsync([], FindAsync(org, "balloon"));
        Assert.Equal(
            0L,
            await ScalarAsync<long>(
                _database,
                "select count(*) from callintel_private.event_lexemes where org_id = $1 and words > 0",
                org.Id.Value
            )
        );
    }

    /// <summary>A message from the org to two people.</summary>
    static EventRecord ToBoth(int place) =>
        Message(place, "balloon") with
        {
            Direction = EventDirection.Outbound,
            OtherParties = [new EventParty(NumberOf(1))],
        };

    static async Task<ContactId> ContactAsync(OrgSession session, int contact) =>
        (await session.Contacts.FindByNumberAsync(NumberOf(contact), cancellationToken: Cancellation))!.Value;

    /// <summary>Sets the rule of the second person.</summary>
    static async Task SetRuleAsync(TestOrg org, PrivacyRule rule)
    {
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Privacy.SetAsync(await ContactAsync(admin, 1), rule, Cancellation);
    }

    /// <summary>Lets a worker look at all contents again.</summary>
    async Task IndexAllAsync(TestOrg org)
    {
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Privacy.SetAsync(await ContactAsync(admin, 1), new PrivacyRule(), Cancellation);
        await IndexAsync(_database, org);
    }
}

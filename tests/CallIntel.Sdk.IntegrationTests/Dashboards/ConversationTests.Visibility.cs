using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Conversations with records that a session may not see.</summary>
public sealed partial class ConversationTests
{
    [Fact]
    public async Task Calls_of_hidden_contacts_count_by_conversation_too()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("hidden", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Ingestion.WriteAsync(
            Source,
            [
                .. Enumerable
                    .Range(0, 6)
                    .SelectMany(call =>
                        Enumerable
                            .Range(0, 3)
                            .Select(n =>
                                Leg($"call {call}", n, TimeSpan.FromMinutes(call), EventOutcome.Missed) with
                                {
                                    ExternalId = $"{call}-{n}",
                                }
                            )
                    ),
            ],
            Cancellation
        );
        ConversationEvent any = await admin.Events.ReadAsync(EventFilter.All, Cancellation).FirstAsync(Cancellation);
        await PrivacyRules.SetAsync(org, any.Contact!.Value, 3, Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.Empty(await analyst.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation));
        Assert.Empty(await analyst.Events.ReadConversationAsync(any.Id, Cancellation));
        Assert.Equal((6, 6), (await CallsAsync(analyst), await UnansweredAsync(analyst)));
        Assert.Equal(6, (await analyst.Dashboards.VolumeAsync(Day, Grain.Day, Cancellation)).Rows.Sum(v => v.Events));
    }

    [Fact]
    public async Task A_member_links_own_records_only_and_to_none_of_a_hidden_contact()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("linking", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        EventRecord theirs = Leg(null, 1, TimeSpan.Zero, EventOutcome.Missed) with
        {
            ExternalId = "theirs",
            Member = org.Members[OrgRole.Admin],
        };
        EventRecord hidden = theirs with
        {
            ExternalId = "hidden",
            Party = "+14155550199",
            Details = new() { ConversationId = "secret" },
        };
        await admin.Ingestion.WriteAsync(Source, [theirs, hidden], Cancellation);
        ConversationEvent secret = await admin
            .Events.ReadAsync(EventFilter.All, Cancellation)
            .SingleAsync(e => e.ExternalId == "hidden", Cancellation);
        await PrivacyRules.SetAsync(org, secret.Contact!.Value, 3, Cancellation);

        string[] parents = ["theirs", "hidden"];
        await using OrgSession member = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        await member.Ingestion.WriteAsync(
            Source,
            [
                .. parents.Select(
                    (parent, n) =>
                        Leg(null, n, TimeSpan.FromSeconds(5 + n), EventOutcome.Missed) with
                        {
                            ExternalId = $"child of {parent}",
                            Member = org.Members[OrgRole.Member],
                            Details = new() { ParentId = parent },
                        }
                ),
            ],
            Cancellation
        );
        Dictionary<string, Guid?> keys = [];
        await using Npgsql.NpgsqlCommand stored = fixture.Database.Admin.CreateCommand(
            $"select external_id, conversation_key from callintel_private.events where org_id = '{org.Id}'"
        );
        await using Npgsql.NpgsqlDataReader reader = await stored.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
            keys.Add(reader.GetString(0), await reader.IsDBNullAsync(1, Cancellation) ? null : reader.GetGuid(1));
        Assert.Null(keys["theirs"]);
        Assert.Equal(secret.ConversationKey, keys["hidden"]);
        Assert.NotEqual(secret.ConversationKey, Assert.NotNull(keys["child of hidden"]));
    }
}

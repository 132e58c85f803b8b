using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

// content under the key of another contact than that of its event
public sealed partial class RestrictedRecordTests
{
    /// <summary>
    /// Content stays under the key of its contact, of which one is remembered; it must not be forgotten on the way.
    /// </summary>
    [Fact]
    public async Task Repeated_corrections_do_not_reveal_content_of_a_metadata_only_contact()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("three corrections", Cancellation);
        const string third = "+4532100009";
        await DeliverAsync(
            org,
            org.As(OrgRole.Admin),
            Sms with
            {
                Parts = [],
            },
            Sms with
            {
                ExternalId = "m2",
                Party = Second,
                Parts = [],
            },
            Sms with
            {
                ExternalId = "m3",
                Party = third,
                Parts = [],
            }
        );
        ContactId guarded = await ContactAsync(org, First),
            last = await ContactAsync(org, third);
        await PrivacyRules.SetAsync(org, guarded, (short)PrivacyLevel.MetadataOnly, Cancellation);
        EventRecord without = Sms with { Body = null, Parts = [] };
        foreach (string party in new[] { Second, First, third })
            await DeliverAsync(org, org.As(OrgRole.Admin), without with { Party = party });

        ConversationEvent seen = await EventAsync(org.As(OrgRole.Admin));
        Assert.Null(seen.Content);
        Assert.NotEqual(last, seen.Contact);

        // a correction that brings the content anew is taken: it is under the key of the contact that it names
        await DeliverAsync(org, org.As(OrgRole.Admin), without with { Party = third, Body = "secret" });
        Assert.Equal(
            (last, "secret"),
            (
                (await EventAsync(org.As(OrgRole.Admin))).Contact!.Value,
                (await EventAsync(org.As(OrgRole.Admin))).Content?.Body
            )
        );
    }

    /// <summary>As of content: references to files are under the key of their contact as well.</summary>
    [Fact]
    public async Task References_of_a_metadata_only_contact_are_not_opened_by_three_corrections()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("three corrections of references", Cancellation);
        const string third = "+4532100009";
        EventRecord without = Sms with { Body = null, Parts = [] };
        await DeliverAsync(
            org,
            org.As(OrgRole.Admin),
            Sms with
            {
                Body = null,
            },
            without with
            {
                ExternalId = "m2",
                Party = Second,
            },
            without with
            {
                ExternalId = "m3",
                Party = third,
            }
        );
        ContactId guarded = await ContactAsync(org, First),
            last = await ContactAsync(org, third);
        await PrivacyRules.SetAsync(org, guarded, (short)PrivacyLevel.MetadataOnly, Cancellation);
        foreach (string party in new[] { Second, First, third })
            await DeliverAsync(org, org.As(OrgRole.Admin), without with { Party = party });

        ConversationEvent seen = await EventAsync(org.As(OrgRole.Admin));
        Assert.NotEqual(last, seen.Contact);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        Assert.Empty((await session.Events.FindWithDetailsAsync(seen.Id, Cancellation))!.Parts);
        Assert.Equal(
            "1",
            await AdminAsync($"select count(*)::text from callintel_private.event_parts where org_id = '{org.Id}'")
        );
    }

    /// <summary>
    /// Content that an admin's correction left under the key of its first contact, in an event of a second contact.
    /// </summary>
    [Theory]
    [InlineData(PrivacyLevel.Restricted, PrivacyLevel.Restricted, OrgRole.Analyst, false)] // listed for the second only
    [InlineData(PrivacyLevel.MetadataOnly, PrivacyLevel.Restricted, OrgRole.Admin, false)]
    [InlineData(PrivacyLevel.Restricted, PrivacyLevel.MetadataOnly, OrgRole.Admin, false)]
    [InlineData(PrivacyLevel.Hidden, PrivacyLevel.MetadataOnly, OrgRole.Admin, false)]
    [InlineData(PrivacyLevel.Hidden, PrivacyLevel.Restricted, OrgRole.Admin, true)]
    public async Task Content_moved_between_contacts_is_readable_only_with_access_to_both(
        PrivacyLevel first,
        PrivacyLevel second,
        OrgRole reader,
        bool isRead
    )
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"both {first} {second}", Cancellation);
        await DeliverAsync(org, org.As(OrgRole.Admin), Sms, Sms with { ExternalId = "m2", Party = Second });
        ContactId former = await ContactAsync(org, First),
            present = await ContactAsync(org, Second);
        await DeliverAsync(org, org.As(OrgRole.Admin), Sms with { Party = Second, Body = null, Parts = [] });
        await PrivacyRules.SetAsync(org, former, (short)first, Cancellation);
        await PrivacyRules.SetAsync(org, present, (short)second, Cancellation);
        await AdminAsync(
            $"""
            insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
            select '{org.Id}', '{present}', '{org.Members[OrgRole.Analyst]}' where {(int)second} = 2 returning ''
            """
        );

        OrgIdentity who = org.As(reader) with { Purpose = AccessPurpose.Support };
        ConversationEvent seen = await EventAsync(who);
        Assert.Equal((present, isRead ? "secret" : null), (seen.Contact!.Value, seen.Content?.Body));
        await using OrgSession session = await fixture.Database.DataSource.OpenSessionAsync(who, Cancellation);
        foreach (string view in new[] { "event_contents", "event_parts" })
            Assert.Equal(
                (view, isRead ? 1 : 0),
                (
                    view,
                    await session
                        .QueryAsync(
                            $"select 1 from callintel.{view} where event_id = $1",
                            row => row.GetInt32(0),
                            [seen.Id],
                            cancellationToken: Cancellation
                        )
                        .CountAsync(Cancellation)
                )
            );
        Assert.Equal(isRead ? 1 : 0, (await session.Events.FindWithDetailsAsync(seen.Id, Cancellation))!.Parts.Count);
    }
}

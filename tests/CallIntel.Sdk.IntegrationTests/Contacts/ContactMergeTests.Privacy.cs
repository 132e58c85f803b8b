using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Privacy.PrivacyHarness;

namespace CallIntel.Sdk.IntegrationTests.Contacts;

// what members may see of merged contacts, and who may merge them
public sealed partial class ContactMergeTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 3)]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    public async Task The_stricter_privacy_rule_applies_in_either_direction(short one, short other)
    {
        foreach (bool reverse in new[] { false, true })
        {
            (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, $"rules {one} {other} {reverse}", 2);
            await PrivacyRules.SetAsync(org, contacts[0], one, Cancellation);
            await PrivacyRules.SetAsync(org, contacts[1], other, Cancellation);
            string before = await StateAsync(org);
            await using OrgSession admin = await PurposefulAsync(fixture.Database, org);
            (ContactId from, ContactId into) = reverse ? (contacts[0], contacts[1]) : (contacts[1], contacts[0]);
            await admin.Contacts.MergeAsync(from, into, Cancellation);

            short highest = Math.Max(one, other);
            await using (OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation))
            {
                Assert.Equal(highest < 2 ? 6 : 0, await EventsWithAsync(analyst, into));
                Assert.Equal(highest == 0 ? 6 : 0, await ContentsWithAsync(analyst, into));
                Assert.Equal(
                    highest < 2 ? into : null,
                    await analyst.Contacts.FindByNumberAsync(NumberOf(reverse ? 0 : 1), cancellationToken: Cancellation)
                );
            }
            await using (OrgSession colleague = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
            {
                Assert.Equal(highest < 3 ? 6 : 0, await EventsWithAsync(colleague, into));
                Assert.Equal(highest is 0 or 2 ? 6 : 0, await ContentsWithAsync(colleague, into));
            }
            await IngestAsync(admin, Later(10));
            Assert.Equal(
                7L,
                await ScalarAsync<long>(
                    fixture.Database,
                    """
                    select count(*) from callintel_private.events e
                      join callintel_private.event_contents c on c.org_id = e.org_id and c.event_id = e.id
                     where e.org_id = $1 and e.level = $2 and c.level = $2
                    """,
                    org.Id.Value,
                    highest
                )
            );
            await IngestAsync(admin, Later(10) with { Change = RecordChange.Deleted });
            await admin.Contacts.SplitAsync(from, Cancellation);
            Assert.Equal(before, await StateAsync(org));
        }
    }

    [Fact]
    public async Task Members_listed_for_both_restricted_contacts_read_the_content_of_both()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "listed for both", 2);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        MemberId analyst = org.Members[OrgRole.Analyst];
        await admin.Privacy.SetAsync(
            contacts[0],
            new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [analyst, org.Members[OrgRole.Member]] },
            Cancellation
        );
        await admin.Privacy.SetAsync(
            contacts[1],
            new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [analyst] },
            Cancellation
        );
        await admin.Contacts.MergeAsync(contacts[0], contacts[1], Cancellation);
        await using OrgSession listed = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.Equal(6, await ContentsWithAsync(listed, contacts[1]));
        long own = await listed
            .QueryAsync(
                "select count(*) from callintel.event_contents",
                row => row.GetInt64(0),
                cancellationToken: Cancellation
            )
            .SingleAsync(Cancellation);
        Assert.Equal(6, own);
        Assert.Equal(
            1L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.privacy_rule_members where org_id = $1 and contact_id = $2",
                org.Id.Value,
                contacts[1].Value
            )
        );

        // a rule that is set now applies to both, and stays after the split
        await admin.Privacy.SetAsync(contacts[0], new PrivacyRule { Level = PrivacyLevel.MetadataOnly }, Cancellation);
        Assert.Equal(0, await ContentsWithAsync(listed, contacts[1]));
        Assert.Equal(6, await EventsWithAsync(listed, contacts[1]));
        await admin.Contacts.SplitAsync(contacts[0], Cancellation);
        Assert.Equal(0, await ContentsWithAsync(admin, contacts[0]) + await ContentsWithAsync(admin, contacts[1]));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    public async Task Rules_that_no_level_combines_are_refused(short one, short other)
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, $"refused {one} {other}", 2);
        await PrivacyRules.SetAsync(org, contacts[0], one, Cancellation);
        await PrivacyRules.SetAsync(org, contacts[1], other, Cancellation);
        string before = await StateAsync(org);
        await using OrgSession admin = await PurposefulAsync(fixture.Database, org);
        await RefusedAsync(ErrorCodes.RulesNotCombinable, () =>
            admin.Contacts.MergeAsync(contacts[0], contacts[1], Cancellation)
        );
        Assert.Equal(before, await StateAsync(org));
    }

    [Fact]
    public async Task Merging_needs_the_permission_and_a_purpose_for_hidden_contacts()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "merge rights", 3);
        await PrivacyRules.SetAsync(org, contacts[2], 3, Cancellation);
        string before = await StateAsync(org);
        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Analyst, OrgRole.Member })
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            await RefusedAsync(ErrorCodes.NotAllowed, () =>
                session.Contacts.MergeAsync(contacts[0], contacts[1], Cancellation)
            );
            await RefusedAsync(ErrorCodes.NotAllowed, () => session.Contacts.SplitAsync(contacts[0], Cancellation));
        }
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await RefusedAsync(ErrorCodes.PurposeNeeded, () =>
            admin.Contacts.MergeAsync(contacts[0], contacts[2], Cancellation)
        );
        await RefusedAsync(ErrorCodes.PurposeNeeded, () =>
            admin.Contacts.MergeAsync(contacts[2], contacts[0], Cancellation)
        );
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            foreign.Contacts.MergeAsync(contacts[0], contacts[1], Cancellation)
        );
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            admin.Contacts.MergeAsync(contacts[0], new ContactId(NewId()), Cancellation)
        );
        Assert.Equal(before, await StateAsync(org));

        await using OrgSession purposeful = await PurposefulAsync(fixture.Database, org);
        await purposeful.Contacts.MergeAsync(contacts[0], contacts[2], Cancellation);
        await RefusedAsync(ErrorCodes.PurposeNeeded, () => admin.Contacts.SplitAsync(contacts[0], Cancellation));
        await RefusedAsync(ErrorCodes.PurposeNeeded, () =>
            admin.Privacy.SetAsync(contacts[0], new PrivacyRule(), Cancellation)
        );
        await RefusedAsync(ErrorCodes.ContactMerged, () =>
            purposeful.Contacts.MergeAsync(contacts[0], contacts[1], Cancellation)
        );
    }
}

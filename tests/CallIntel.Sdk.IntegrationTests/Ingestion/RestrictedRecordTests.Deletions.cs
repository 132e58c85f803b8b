using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

// who may delete and redact records of others
public sealed partial class RestrictedRecordTests
{
    [Theory]
    [InlineData(RecordChange.Deleted, true)]
    [InlineData(RecordChange.Deleted, false)]
    [InlineData(RecordChange.Redacted, true)]
    [InlineData(RecordChange.Redacted, false)]
    public async Task Admins_without_a_purpose_cannot_delete_records_of_hidden_contacts_but_ingesters_can(
        RecordChange change,
        bool timesMayChange
    )
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"deleted {change} {timesMayChange}", Cancellation);
        EventRecord[] records = [Sms, Sms with { ExternalId = "m2", Party = Second }];
        await DeliverAsync(org, org.As(OrgRole.Admin), timesMayChange, records);
        await PrivacyRules.SetAsync(org, await ContactAsync(org, First), (short)PrivacyLevel.Hidden, Cancellation);
        EventRecord[] changes =
        [
            .. records.Select(r =>
                r with
                {
                    Change = change,
                    Party = null,
                    Body = null,
                    Details = null,
                    Parts = [],
                    OtherParties = [],
                }
            ),
        ];

        IngestReport refused = await DeliverAsync(org, org.As(OrgRole.Admin), timesMayChange, changes);
        Assert.Equal(1, refused.Updated);
        Assert.Equal("m1", await ContentsAsync());
        // and no tombstone rejects the record when it is received later
        Assert.Equal(
            "1",
            await AdminAsync($"select count(*)::text from callintel_private.event_tombstones where org_id = '{org.Id}'")
        );

        IngestReport done = await DeliverAsync(org, org.As(OrgRole.Ingester), timesMayChange, changes);
        Assert.Equal(1, done.Updated);
        Assert.Equal("", await ContentsAsync());
        Assert.Equal(
            "2",
            await AdminAsync($"select count(*)::text from callintel_private.event_tombstones where org_id = '{org.Id}'")
        );

        Task<string> ContentsAsync() =>
            AdminAsync(
                $"""
                select coalesce(string_agg(e.external_id, ' ' order by e.external_id), '')
                  from callintel_private.events e
                  join callintel_private.event_contents c on c.org_id = e.org_id and c.event_id = e.id
                      where e.org_id = '{org.Id}'
                """
            );
    }

    [Fact]
    public async Task A_member_deleting_an_unknown_record_does_not_block_the_record_of_a_colleague()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("no tombstone", Cancellation);
        EventRecord deletion = Sms with
        {
            Member = org.Members[OrgRole.Member],
            Change = RecordChange.Deleted,
            Party = null,
            Body = null,
            Details = null,
            Parts = [],
            OtherParties = [],
        };
        await DeliverAsync(org, org.As(OrgRole.Member), deletion);
        Assert.Equal(
            "0",
            await AdminAsync($"select count(*)::text from callintel_private.event_tombstones where org_id = '{org.Id}'")
        );
        Assert.Equal(
            1,
            (await DeliverAsync(org, org.As(OrgRole.Admin), Sms with { Member = org.Members[OrgRole.Admin] })).Inserted
        );
        // nor does the member's deletion of the stored record of a colleague
        await DeliverAsync(org, org.As(OrgRole.Member), deletion);
        Assert.Equal(
            "0",
            await AdminAsync($"select count(*)::text from callintel_private.event_tombstones where org_id = '{org.Id}'")
        );
        Assert.Equal("secret", (await EventAsync(org.As(OrgRole.Admin))).Content?.Body);

        // of an own record it does
        await DeliverAsync(
            org,
            org.As(OrgRole.Member),
            Sms with
            {
                ExternalId = "m2",
                Member = org.Members[OrgRole.Member],
            }
        );
        Assert.Equal(1, (await DeliverAsync(org, org.As(OrgRole.Member), deletion with { ExternalId = "m2" })).Updated);
        Assert.Equal(
            "1",
            await AdminAsync($"select count(*)::text from callintel_private.event_tombstones where org_id = '{org.Id}'")
        );
        Assert.Equal(
            1,
            (
                await DeliverAsync(
                    org,
                    org.As(OrgRole.Admin),
                    Sms with
                    {
                        ExternalId = "m2",
                        Member = org.Members[OrgRole.Admin],
                    }
                )
            ).Suppressed
        );
    }
}

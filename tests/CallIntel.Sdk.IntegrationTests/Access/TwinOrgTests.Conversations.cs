using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Access;

// which records are one call
public sealed partial class TwinOrgTests
{
    const string March = "'2026-03-10Z', '2026-03-11Z'";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Records_of_another_org_with_the_same_key_do_not_belong_to_a_call(bool held) => OnAsync(held, async () =>
        {
            // here one record of a missed call; there the same one, an answered one, and one of a call that has none
            // here
            string member = $"'{Own.Members[OrgRole.Member]}'",
                admin = $"'{Own.Members[OrgRole.Admin]}'";
            await AdminAsync(
                $"""
                insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id,
                    channel, direction, outcome, duration_s, conversation_key)
                select x.org, callintel.first_id(x.at), x.at, md5('twinsource0')::uuid, md5('twincontact0')::uuid,
                       x.member, 1, 1, x.outcome, x.duration, md5(x.key)::uuid
                  from (values ('{Own.Id}'::uuid, timestamptz '2026-03-10 10:00Z', {member}::uuid, 2, 0, 'call'),
                               ('{Twin.Id}', '2026-03-10 10:00Z', {member}, 2, 0, 'call'),
                               ('{Twin.Id}', '2026-03-10 10:01Z', {admin}, 1, 40, 'call'),
                               ('{Twin.Id}', '2026-03-10 12:00Z', {member}, 1, 50, 'other'))
                       as x (org, at, member, outcome, duration, key);
                """
            );
            foreach (OrgRole role in new[] { OrgRole.Owner, OrgRole.Member })
            {
                Assert.Equal(
                    (role, "1 1"),
                    (
                        role,
                        await RunAsync(
                            role,
                            $"select calls || ' ' || unanswered from callintel.count_unanswered_calls({March}, 'UTC')"
                        )
                    )
                );
                Assert.Equal(
                    (role, "1 0"),
                    (
                        role,
                        await RunAsync(
                            role,
                            $"""
                            select sum(events) || ' ' || sum(talk_s) from callintel.count_events({March}, 'day', 'UTC')
                            """
                        )
                    )
                );
                foreach ((string minute, int records) in new[] { ("10:00", 1), ("10:01", 0), ("12:00", 0) })
                    Assert.Equal(
                        (role, minute, $"{records}"),
                        (
                            role,
                            minute,
                            await RunAsync(
                                role,
                                $"""
                                select count(*)
                                  from callintel.read_conversation(callintel.first_id('2026-03-10 {minute}Z'))
                                """
                            )
                        )
                    );
            }
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_record_is_linked_to_records_of_its_own_org_only(bool held) => OnAsync(held, async () =>
        {
            // The parent of the record is there and not here. What the twin calls its parent is here. A record of
            // another call here has the key that the record has there.
            await AdminAsync(
                $"""
                insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id,
                    channel, direction, outcome, external_id, conversation_key)
                select x.org::uuid, callintel.first_id(x.at), x.at, md5('twinsource0')::uuid,
                       md5('twincontact0')::uuid, '{Own.Members[OrgRole.Admin]}', 1, 1, 2, x.id, md5(x.key)::uuid
                  from (values ('{Own.Id}', timestamptz '2026-03-10 10:00Z', 'child', 'key here'),
                               ('{Twin.Id}', '2026-03-10 10:00Z', 'child', 'key there'),
                               ('{Twin.Id}', '2026-03-10 10:01Z', 'parent', 'parent there'),
                               ('{Own.Id}', '2026-03-10 10:02Z', 'other parent', 'other parent'),
                               ('{Own.Id}', '2026-03-10 10:03Z', 'other', 'key there'),
                               ('{Own.Id}', '2026-03-10 10:04Z', 'stays', 'stays'),
                               ('{Twin.Id}', '2026-03-10 10:04Z', 'stays', 'key here'))
                       as x (org, at, id, key);
                insert into callintel_private.event_details (org_id, event_id, member_id, parent_id)
                select e.org_id, e.id, e.member_id,
                       case e.org_id when '{Own.Id}' then 'parent' else 'other parent' end
                  from callintel_private.events e where e.external_id = 'child';
                """
            );
            string before = await TwinAsync();
            const string keys =
                "select string_agg(conversation_key::text, ' ' order by id) from callintel.events"
                + " where occurred_at >= '2026-03-10Z'";
            string own = await RunAsync(OrgRole.Owner, keys);

            Assert.Equal("0", await RunAsync(OrgRole.Owner, Details("parent")));
            Assert.Equal(own, await RunAsync(OrgRole.Owner, keys));
            // with a parent here: the record moves to its call, and nothing else does
            Assert.Equal("1", await RunAsync(OrgRole.Owner, Details("other parent")));
            Assert.Equal(
                "child, other parent",
                await RunAsync(
                    OrgRole.Owner,
                    """
                    select string_agg(external_id, ', ' order by external_id) from callintel.events
                     where conversation_key = md5('other parent')::uuid
                    """
                )
            );
            Assert.Equal(before, await TwinAsync());
        });

    static string Details(string parent) =>
        $$"""
            select cardinality(callintel.merge_details(array[callintel.first_id('2026-03-10 10:00Z')], '{null}',
                   '{null}', array['{{parent}}'], '{null}', '{null}', '{null}', '{null}', '{null}', '{null}', '{null}'))
            """;
}

using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Access;

// which contacts are seen, and which levels rows get
public sealed partial class TwinOrgTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Rules_lists_and_events_of_another_org_show_no_contact(bool held) => OnAsync(held, async () =>
        {
            // in the twin, the hidden contact is open, the own analyst is listed for the restricted contact, and the
            // own member has an event with a contact that has none here
            await AdminAsync(
                $"""
                delete from callintel_private.privacy_rules
                 where org_id = '{Twin.Id}' and contact_id = md5('twincontact3')::uuid;
                select callintel_private.set_levels('{Twin.Id}', array[md5('twincontact3')::uuid]);
                insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
                values ('{Twin.Id}', md5('twincontact2')::uuid, '{Own.Members[OrgRole.Analyst]}');
                insert into callintel_private.contacts (org_id, id, created_by)
                select o, md5('met there')::uuid, '{Own.Members[OrgRole.Admin]}'
                  from unnest(array['{Twin.Id}', '{Own.Id}']::uuid[]) o;
                insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id,
                    channel, direction, outcome)
                values ('{Twin.Id}', {Id(27, 27)}, '2026-02-01 10:27Z', md5('twinsource0')::uuid,
                        md5('met there')::uuid, '{Own.Members[OrgRole.Member]}', 2, 1, 1);
                """
            );
            static string Seen(string ids) =>
                $"""
                    select string_agg(n, ', ' order by n)
                      from unnest('{"{met there,twincontact0,twincontact1,twincontact2,twincontact3}"}'::text[]) n
                     where md5(n)::uuid in ({ids})
                    """;
            string contacts = Seen("select c.id from callintel.contacts c"),
                events = Seen("select e.contact_id from callintel.events e"),
                read = Seen(
                    "select e.contact_id from callintel.read_events(null, null, null, null, null, null, null, 5000) e"
                );
            Assert.Equal("met there, twincontact0, twincontact1", await RunAsync(OrgRole.Analyst, contacts));
            Assert.Equal("twincontact0, twincontact1", await RunAsync(OrgRole.Member, contacts));
            foreach (OrgRole role in new[] { OrgRole.Analyst, OrgRole.Member })
            {
                Assert.Equal((role, "twincontact0, twincontact1"), (role, await RunAsync(role, events)));
                Assert.Equal((role, "twincontact0, twincontact1"), (role, await RunAsync(role, read)));
            }
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_rule_gives_its_level_and_not_that_of_an_event_in_another_org(bool held) => OnAsync(held, async () =>
        {
            // the details here have the level of the coming rule already, and the event of the twin keeps level 0
            await AdminAsync(
                $"""
                insert into callintel_private.contacts (org_id, id, created_by)
                select o, md5('ruled here')::uuid, '{Own.Members[OrgRole.Admin]}'
                  from unnest(array['{Twin.Id}', '{Own.Id}']::uuid[]) o;
                insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id,
                    channel, direction, outcome)
                select o, {Id(28, 28)}, '2026-02-01 10:28Z', md5('twinsource0')::uuid, md5('ruled here')::uuid,
                       '{Own.Members[OrgRole.Admin]}', 2, 1, 1
                  from unnest(array['{Twin.Id}', '{Own.Id}']::uuid[]) o;
                insert into callintel_private.event_details (org_id, event_id, contact_id, member_id, status, level)
                select e.org_id, e.id, e.contact_id, e.member_id, 's', case e.org_id when '{Own.Id}' then 2 else 0 end
                  from callintel_private.events e where e.id = {Id(28, 28)};
                """
            );
            string before = await TwinAsync();
            Assert.Equal(
                "",
                await RunAsync(
                    OrgRole.Owner,
                    "select callintel.set_privacy_rule(md5('ruled here')::uuid, 2::smallint, null, false, false, null)"
                )
            );
            Assert.Equal(
                "2 2",
                await AdminAsync(
                    $"""
                    select e.level || ' ' || d.level from callintel_private.events e
                      join callintel_private.event_details d on d.org_id = e.org_id and d.event_id = e.id
                     where e.org_id = '{Own.Id}' and e.id = {Id(28, 28)}
                    """
                )
            );
            Assert.Equal(before, await TwinAsync());
        });
}

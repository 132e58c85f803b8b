using System.Text;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

// what is done to rules, invitations and roles
public sealed partial class TwinOrgTests
{
    /// <summary>Rules, invitations and roles, with ids that mean something in both orgs.</summary>
    async Task ChangeMembersAsync()
    {
        // with a hidden contact: counted by whoever reads all events
        Assert.Equal(
            "6",
            await RunAsync(
                OrgRole.Analyst,
                "select sum(events) from callintel.count_events('2026-01-20', '2026-01-21', 'day', 'UTC')"
            )
        );
        Assert.Equal(
            "6",
            await RunAsync(
                OrgRole.Analyst,
                "select sum(events) from callintel.count_events_by_hour('2026-01-20', '2026-01-21', 'UTC')"
            )
        );
        Assert.Equal(
            "6",
            await RunAsync(
                OrgRole.Analyst,
                "select sum(events) from callintel.count_events_by_contact('2026-01-20', '2026-01-21', 5)"
            )
        );
        Assert.Equal(
            "6",
            await RunAsync(
                OrgRole.Analyst,
                "select sum(calls) from callintel.count_unanswered_calls('2026-01-20', '2026-01-21', 'UTC')"
            )
        );
        Assert.Equal(
            "0",
            await RunAsync(OrgRole.Analyst, "select count(*) from callintel.events_between('2026-01-20', '2026-01-21')")
        );

        string Rule(string contact, int level, string members) =>
            $$"""
                select callintel.set_privacy_rule(md5('{{contact}}')::uuid, {{level}}::smallint, '{{{members}}}', false,
                       false, null)
                """;
        Assert.Equal("", await RunAsync(OrgRole.Owner, Rule("kept there", 2, $"{Own.Members[OrgRole.Viewer]}")));
        Assert.Equal("", await RunAsync(OrgRole.Owner, Rule("twincontact2", 2, $"{Own.Members[OrgRole.Viewer]}")));
        Assert.Equal("CI152", await RunAsync(OrgRole.Owner, Rule("their contact", 1, "")));
        Assert.Equal(
            "CI197",
            await RunAsync(OrgRole.Owner, Rule("twincontact2", 2, $"{Twin.Members[OrgRole.Viewer]}"))
        );
        Assert.Equal(
            "True",
            await RunAsync(OrgRole.Owner, "select callintel.remove_privacy_rule(md5('twincontact2')::uuid)")
        );
        Assert.Equal(
            "False",
            await RunAsync(OrgRole.Owner, "select callintel.remove_privacy_rule(md5('their contact')::uuid)")
        );

        Assert.Equal(
            "True",
            await RunAsync(
                OrgRole.Owner,
                "select x.id is not null from callintel.invite_member('admin', sha256('new'), '1 day') x"
            )
        );
        Assert.Equal(
            "False",
            await RunAsync(OrgRole.Owner, "select callintel.revoke_invitation(md5('their invitation')::uuid)")
        );
        Assert.Equal("CI195", await AcceptAsync("theirs"));
        Assert.Equal("viewer", await AcceptAsync("sample"));
        Assert.Equal(
            "False",
            await RunAsync(OrgRole.Owner, "select callintel.revoke_invitation(md5('twininvitation0')::uuid)")
        );

        Assert.Equal(
            "",
            await RunAsync(OrgRole.Owner, $"select callintel.set_member_role('{Own.Members[OrgRole.Viewer]}', null)")
        );
        Assert.Equal(
            "CI006",
            await RunAsync(OrgRole.Owner, $"select callintel.transfer_ownership('{Twin.Members[OrgRole.Admin]}')")
        );
        Assert.Equal(
            "",
            await RunAsync(OrgRole.Owner, $"select callintel.transfer_ownership('{Own.Members[OrgRole.Admin]}')")
        );
        // whose invitation the twin has as well
        Assert.Equal(
            "",
            await RunAsync(OrgRole.Admin, $"select callintel.set_member_role('{Own.Members[OrgRole.Owner]}', 'viewer')")
        );
        Assert.Equal(
            "1",
            await RunAsync(OrgRole.Admin, "select count(*) from callintel.invitations where revoked_at is not null")
        );
    }

    /// <returns>The role that somebody who is in no org is given in the own one, or the SQLSTATE of the
    /// refusal.</returns>
    async Task<string> AcceptAsync(string secret)
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand("select callintel.accept_invitation($1, $2)");
        command.Parameters.Add(
            new NpgsqlParameter
            {
                Value = Database
                    .DataSource.Database.BeginCommand(new OrgIdentity(Own.Id, new MemberId(Guid.NewGuid())), 1L << 41)
                    .Parameters[0]
                    .Value,
            }
        );
        command.Parameters.Add(new NpgsqlParameter { Value = Encoding.UTF8.GetBytes(secret) });
        try
        {
            return $"{await command.ExecuteScalarAsync(Cancellation)}";
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }
}

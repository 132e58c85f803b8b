using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

// from which claims the org and the member are taken
public sealed partial class SupabaseAccessTests
{
    [Theory, MemberData(nameof(Majors))]
    public async Task The_org_comes_from_the_header_or_app_metadata_and_never_from_user_metadata(int major)
    {
        const string Which = "select string_agg(org_id::text, ',') from callintel.orgs";
        SupabaseProject project = await fixture.SharedAsync(major);
        Guid member = project.Own.Members[OrgRole.Analyst].Value,
            own = project.Own.Id.Value,
            foreign = project.Foreign.Id.Value;
        TestOrg second = await TestOrg.CreateAsync(project.Application, "second", Cancellation);
        await using (OrgSession owner = await second.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Members.SetRoleAsync(new MemberId(member), OrgRole.Viewer, Cancellation);

        object Claims(object? app, object? user = null) =>
            new
            {
                sub = $"{member}",
                role = "authenticated",
                app_metadata = app,
                user_metadata = user,
            };
        object Header(string org) => new Dictionary<string, string> { ["x-callintel-org"] = org };

        Assert.Equal(
            $"{own}",
            await new PostgrestRequest("authenticated", Claims(new { org_id = own })).SendAsync(project, Which)
        );
        Assert.Equal(
            $"{second.Id.Value}",
            await new PostgrestRequest(
                "authenticated",
                Claims(new { org_id = own }),
                Header($"{second.Id.Value}")
            ).SendAsync(project, Which)
        );
        Assert.Equal(
            $"{own}",
            await new PostgrestRequest("authenticated", Claims(null), Header($"{own}".ToUpperInvariant())).SendAsync(
                project,
                Which
            )
        );

        Assert.Equal(
            "CI004",
            await new PostgrestRequest(
                "authenticated",
                Claims(new { org_id = own }),
                Header($"{foreign}")
            ).RefusedAsync(project, "select 1")
        );
        foreach (string malformed in new[] { "", "own", $"{own} or true", $"{{{own}}}", $"{own}\n" })
            Assert.Equal(
                "CI191",
                await new PostgrestRequest(
                    "authenticated",
                    Claims(new { org_id = own }),
                    Header(malformed)
                ).RefusedAsync(project, "select 1")
            );

        foreach (
            object claims in new[]
            {
                Claims(null, new { org_id = own }),
                Claims(new { org_id = foreign }),
                Claims(new { org_id = "x" }),
                Claims("x"),
                Claims(new[] { own }),
                new
                {
                    sub = "auth0|7",
                    role = "authenticated",
                    app_metadata = new { org_id = own },
                },
                new
                {
                    sub = $"{member}",
                    role = "anon",
                    app_metadata = new { org_id = own },
                },
                new { role = "authenticated", app_metadata = new { org_id = own } },
            }
        )
        {
            Assert.Equal(1, await new PostgrestRequest("authenticated", claims).SendAsync(project, "select 1"));
            Assert.Equal("CI001", await new PostgrestRequest("authenticated", claims).RefusedAsync(project, Which));
        }
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Claims_open_a_context_only_for_authenticated_and_only_for_one_request(int major)
    {
        const string Context = """
            select coalesce(current_setting('callintel.context', true), '')
                   || coalesce(current_setting('callintel.seal', true), '')
            """;
        SupabaseProject project = await fixture.SharedAsync(major);
        OrgIdentity viewer = project.Own.As(OrgRole.Viewer);
        foreach (string role in new[] { "anon", "service_role" })
            Assert.Equal(
                "",
                await new PostgrestRequest(role, PostgrestRequest.ClaimsOf(viewer)).SendAsync(project, Context)
            );

        await using NpgsqlConnection authenticator = new(project.ConnectionString("authenticator"));
        await authenticator.OpenAsync(Cancellation);
        Assert.NotEqual("", await PostgrestRequest.Of(viewer).SendAsync(authenticator, Context));
        await using NpgsqlCommand after = new(Context, authenticator);
        Assert.Equal("", await after.ExecuteScalarAsync(Cancellation));
    }
}

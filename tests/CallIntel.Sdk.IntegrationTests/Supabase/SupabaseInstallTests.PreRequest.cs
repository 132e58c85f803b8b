using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

// the function that PostgREST calls before each request
public sealed partial class SupabaseInstallTests
{
    [Theory, MemberData(nameof(Majors))]
    public async Task A_pre_request_function_of_the_project_can_call_the_function_of_the_package(int major)
    {
        const string Wrapper = "\"public\".\"check_request\"";
        await using SupabaseProject project = await fixture.NewAsync(major);
        await project.Postgres.RunAsync(
            """
            create function public.check_request() returns void
                language plpgsql as 'begin perform callintel_supabase.begin_request(); end'
            """
        );
        PostgrestRequest request = PostgrestRequest.Of(project.Own.As(OrgRole.Viewer)) with { PreRequest = Wrapper };

        string database = $"{await project.Postgres.ScalarAsync("select current_database()")}";
        // of another role, of another database, and another setting
        foreach (
            string other in new[]
            {
                $"service_role in database {database} set pgrst.db_pre_request",
                "authenticator in database template1 set pgrst.db_pre_request",
                $"authenticator in database {database} set pgrst.db_pre_require",
            }
        )
        {
            await project.Superuser.RunAsync($"alter role {other} = 'public.check_request'");
            Assert.Equal("CI190", await request.RefusedAsync(project, Orgs));
        }
        await project.Superuser.RunAsync(
            $"alter role authenticator in database {database} set pgrst.db_pre_request = 'public.check_request'"
        );
        Assert.Equal(1L, await request.SendAsync(project, Orgs));
        Assert.Equal("CI190", await request.RefusedAsync(project, $"select {Wrapper}(), 1"));
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task The_functions_of_PostgREST_and_Realtime_have_a_fixed_search_path_and_a_schema_of_their_own(
        int major
    )
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        Assert.Equal(
            [
                "begin_request true callintel_definer search_path=pg_catalog, "
                    + "pg_temp;plan_cache_mode=force_generic_plan;TimeZone=UTC;transform_null_equals=off false",
                "broadcast_changes false callintel_owner search_path=pg_catalog, pg_temp false",
                "may_receive true callintel_definer search_path=pg_catalog, "
                    + "pg_temp;plan_cache_mode=force_generic_plan;TimeZone=UTC;transform_null_equals=off false",
            ],
            await project.Superuser.ListAsync(
                """
                select concat_ws(' ', p.proname, p.prosecdef::text, p.proowner::regrole,
                       array_to_string(p.proconfig, ';'), has_function_privilege('public', p.oid, 'execute')::text)
                  from pg_catalog.pg_proc p where p.pronamespace = 'callintel_supabase'::regnamespace
                 order by p.proname
                """
            )
        );
        Assert.Equal(
            0L,
            await project.Superuser.ScalarAsync(
                "select count(*) from pg_catalog.pg_class where relnamespace = 'callintel_supabase'::regnamespace"
            )
        );
    }
}

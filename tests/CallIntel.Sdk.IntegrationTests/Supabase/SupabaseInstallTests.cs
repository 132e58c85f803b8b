using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

/// <summary>
/// Tests installing and upgrading with the privileges of a Supabase project, and what a repeated installation repairs.
/// </summary>
public sealed partial class SupabaseInstallTests(SupabaseFixture fixture)
{
    const string Orgs = "select count(*) from callintel.orgs",
        OrgsTable = "select count(*) from callintel_private.orgs";

    static readonly string[] Files =
    [
        "supabase/R__begin_request.sql",
        "supabase/R__broadcast.sql",
        "supabase/R__grants.sql",
        "supabase/R__realtime.sql",
    ];

    public static TheoryData<int> Majors => SupabaseFixture.Majors;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Majors))]
    public async Task A_role_without_superuser_installs_and_the_operations_role_upgrades(int major)
    {
        await using SupabaseProject project = await fixture.NewAsync(major);
        Assert.Equal(
            false,
            await project.Postgres.ScalarAsync("select rolsuper from pg_roles where rolname = current_user")
        );
        Assert.Equal(
            SchemaMigrator.TargetVersion,
            await project.Postgres.ScalarAsync("select callintel.schema_version()")
        );
        Assert.Equal(
            "project_postgres",
            await project.Postgres.ScalarAsync(
                "select applied_by from callintel_private.schema_journal where name = 'schema/V0001__roles.sql'"
            )
        );

        await project.Superuser.RunAsync("alter role callintel_ops password 'callintel_ops'");
        await using NpgsqlDataSource operations = NpgsqlDataSource.Create(project.ConnectionString("callintel_ops"));
        Assert.Equal(
            Files,
            (await new SchemaMigrator(operations, SupabaseProject.Options).MigrateAsync(Cancellation)).Applied
        );
        Assert.Equal(1L, await PostgrestRequest.Of(project.Own.As(OrgRole.Viewer)).SendAsync(project, Orgs));
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task The_psql_script_installs_the_same_schema(int major)
    {
        await using SupabaseProject project = await fixture.NewAsync(major);
        string script = SchemaMigrator.GenerateScript(
            SchemaMigrator.TargetVersion,
            SchemaMigrator.TargetVersion,
            SupabaseProject.Options
        );
        await project.Superuser.RunAsync(
            """
            drop schema callintel_supabase cascade;
            delete from callintel_private.schema_journal where name like 'supabase/%'
            """
        );
        await project.Postgres.RunAsync(script);
        Assert.Equal(1L, await PostgrestRequest.Of(project.Own.As(OrgRole.Viewer)).SendAsync(project, Orgs));
        Assert.Empty((await project.MigrateAsync(new SchemaMigratorOptions())).Applied);
        Assert.DoesNotContain(
            "supabase/",
            SchemaMigrator.GenerateScript(0, SchemaMigrator.TargetVersion),
            StringComparison.Ordinal
        );
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task A_recreated_view_is_granted_to_authenticated_again(int major)
    {
        const string Views = "views/R__fenced_views.sql";
        await using SupabaseProject project = await fixture.NewAsync(major);
        await project.Superuser.RunAsync(
            $"""
            drop view callintel.orgs; update callintel_private.schema_journal set checksum = 'other'
                where name = '{Views}'
            """
        );
        Assert.Equal([Views, .. Files], (await project.MigrateAsync(new SchemaMigratorOptions())).Applied);
        Assert.Equal(1L, await PostgrestRequest.Of(project.Own.As(OrgRole.Viewer)).SendAsync(project, Orgs));

        // by itself the file takes the view away from PostgREST: closed, not open
        await project.Superuser.RunAsync("drop view callintel.orgs");
        await project.Postgres.RunAsync(SqlPackage.Scripts.Single(s => s.Name == Views).Text);
        Assert.Equal(
            PostgresErrorCodes.InsufficientPrivilege,
            await PostgrestRequest.Of(project.Own.As(OrgRole.Viewer)).RefusedAsync(project, Orgs)
        );
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Migrating_revokes_privileges_granted_to_the_API_roles(int major)
    {
        await using SupabaseProject project = await fixture.NewAsync(major);
        PostgrestRequest service = new("service_role", new { role = "service_role" });
        // what the manual tells to run for a custom schema
        foreach (string schema in new[] { "callintel", "callintel_private" })
            await project.Postgres.RunAsync(
                $"""
                grant usage on schema {schema} to anon, authenticated, service_role;
                grant all on all tables in schema {schema} to anon, authenticated, service_role;
                grant all on all routines in schema {schema} to anon, authenticated, service_role;
                grant all on all sequences in schema {schema} to anon, authenticated, service_role;
                alter default privileges for role project_postgres in schema {schema}
                    grant all on tables to anon, authenticated, service_role
                """
            );
        // a view is read with the rights of its owner, whom policies bind, and a table with those of service_role
        Assert.Equal("CI001", await service.RefusedAsync(project, Orgs));
        Assert.Equal(2L, await service.SendAsync(project, OrgsTable));
        await project.MigrateAsync();
        foreach (string query in new[] { Orgs, OrgsTable })
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await service.RefusedAsync(project, query));
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                await PostgrestRequest.Anonymous.RefusedAsync(project, query)
            );
        }
        PostgrestRequest owner = PostgrestRequest.Of(project.Own.As(OrgRole.Owner));
        foreach (
            string statement in new[]
            {
                "delete from callintel_private.privacy_rules",
                OrgsTable,
                "select callintel.begin_session('')",
                "select callintel.rename_org('x')",
            }
        )
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await owner.RefusedAsync(project, statement));
        // a fenced view cannot be written, whatever is granted
        Assert.Equal(
            PostgresErrorCodes.ObjectNotInPrerequisiteState,
            await owner.RefusedAsync(project, "delete from callintel.privacy_rules")
        );
        Assert.Equal(1L, await owner.SendAsync(project, Orgs));
        Assert.Equal(
            ["authenticated usage"],
            await project.Superuser.ListAsync(
                """
                select r || ' ' || p from unnest(array['anon', 'authenticated', 'service_role']) r,
                       unnest(array['usage', 'create']) p
                 where has_schema_privilege(r, 'callintel', p) or has_schema_privilege(r, 'callintel_private', p)
                """
            )
        );
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Migrating_revokes_public_execute_on_the_pre_request_function(int major)
    {
        const string Granted = """
            select has_function_privilege('public', 'callintel_supabase.begin_request()', 'execute')::text
                   || has_schema_privilege('public', 'callintel_supabase', 'usage')
                       || has_schema_privilege('public', 'callintel_supabase', 'create')
            """;
        await using SupabaseProject project = await fixture.NewAsync(major);
        Assert.Equal("falsefalsefalse", await project.Superuser.ScalarAsync(Granted));
        await project.Superuser.RunAsync(
            """
            grant all on function callintel_supabase.begin_request to public;
            grant all on schema callintel_supabase to public
            """
        );
        Assert.Equal("truetruetrue", await project.Superuser.ScalarAsync(Granted));
        await project.MigrateAsync();
        Assert.Equal("falsefalsefalse", await project.Superuser.ScalarAsync(Granted));
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Migrating_fails_when_an_API_role_has_access_by_membership(int major)
    {
        await using SupabaseProject project = await fixture.NewAsync(major);
        foreach (
            (string privilege, string[] named) in new (string, string[])[]
            {
                ("select on callintel.orgs", ["anon on callintel.orgs", "service_role on callintel.orgs"]),
                (
                    "select on callintel_private.orgs",
                    [
                        "anon on callintel_private.orgs",
                        "authenticated on callintel_private.orgs",
                        "service_role on callintel_private.orgs",
                    ]
                ),
                ("select (name) on callintel_private.orgs", ["authenticated on callintel_private.orgs"]),
                (
                    "delete on callintel_private.orgs",
                    ["anon on callintel_private.orgs", "authenticated on callintel_private.orgs"]
                ),
                ("insert (name) on callintel_private.orgs", ["authenticated on callintel_private.orgs"]),
                (
                    "execute on function callintel.current_org",
                    ["anon on callintel.current_org()", "service_role on callintel.current_org()"]
                ),
                ("execute on function callintel.rename_org", ["authenticated on callintel.rename_org(text)"]),
                ("execute on function callintel.find_contact", ["authenticated on callintel.find_contact(uuid[])"]),
            }
        )
        {
            await project.Superuser.RunAsync($"grant {privilege} to public");
            CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() => project.MigrateAsync());
            Assert.Equal(ErrorCodes.ApiRoleTooStrong, refused.Code);
            Assert.All(named, role => Assert.Contains(role, refused.Message, StringComparison.Ordinal));
            Assert.DoesNotContain("events", refused.Message, StringComparison.Ordinal);
            await project.Superuser.RunAsync($"revoke {privilege} from public");
        }
        await project.MigrateAsync();
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task A_policy_of_the_project_can_use_tables_and_functions_of_the_project(int major)
    {
        await using SupabaseProject project = await fixture.NewAsync(major);
        await project.Postgres.RunAsync(
            """
            create table public.profiles (id uuid);
            create function public.is_open() returns boolean language sql as 'select true';
            revoke all on function public.is_open from public;
            grant select on public.profiles to callintel_fence;
            grant execute on function public.is_open to callintel_fence, callintel_app, authenticated
            """
        );
        await project.Superuser.RunAsync(
            """
            create policy "The project's own" on callintel_private.orgs as restrictive for select to callintel_fence
                using (public.is_open() and (select count(*) from public.profiles) = 0)
            """
        );
        await project.MigrateAsync();
        Assert.Equal(1L, await PostgrestRequest.Of(project.Own.As(OrgRole.Viewer)).SendAsync(project, Orgs));
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task No_policy_applies_to_a_client_role_and_the_owner_of_the_views_only_reads(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        Assert.NotEqual(
            0L,
            await project.Superuser.ScalarAsync(
                "select count(*) from pg_catalog.pg_policy where 'callintel_fence'::regrole = any (polroles)"
            )
        );
        Assert.Empty(
            await project.Superuser.ListAsync(
                """
                select p.polname || ' on ' || p.polrelid::regclass
                  from pg_catalog.pg_policy p, unnest(p.polroles) as r (role)
                 where p.polrelid::regclass::text ~ '^callintel'
                   and (r.role in (0, 'callintel_app'::regrole, 'anon'::regrole, 'authenticated'::regrole,
                       'service_role'::regrole, 'authenticator'::regrole)
                        or r.role = 'callintel_fence'::regrole and p.polpermissive and p.polcmd <> 'r')
                """
            )
        );
        Assert.Empty(
            await project.Superuser.ListAsync(
                """
                select c.oid::regclass::text from pg_catalog.pg_class c
                 where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
                   and c.relkind in ('r', 'p')
                   and (has_table_privilege('callintel_fence', c.oid, 'delete, truncate, trigger')
                        or has_any_column_privilege('callintel_fence', c.oid, 'insert, update, references'))
                """
            )
        );
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task No_table_is_published_to_Realtime(int major)
    {
        const string Published = """
            select count(*) from pg_publication_tables
             where pubname = 'supabase_realtime' and schemaname like 'callintel%'
            """;
        await using SupabaseProject project = await fixture.NewAsync(major);
        await project.Superuser.RunAsync(
            """
            create table public.other (x int);
            alter publication supabase_realtime add table callintel_private.events, callintel_private.event_contents,
                public.other
            """
        );
        Assert.NotEqual(0L, await project.Superuser.ScalarAsync(Published));
        await project.MigrateAsync();
        Assert.Equal(0L, await project.Superuser.ScalarAsync(Published));
        await project.Superuser.RunAsync("alter publication supabase_realtime add tables in schema callintel");
        await project.MigrateAsync();
        Assert.Equal(0L, await project.Superuser.ScalarAsync(Published));
        Assert.Equal(
            ["other"],
            await project.Superuser.ListAsync(
                "select tablename::text from pg_publication_tables where pubname = 'supabase_realtime'"
            )
        );

        await project.Superuser.RunAsync(
            "drop publication supabase_realtime; create publication supabase_realtime for all tables"
        );
        Assert.Equal(
            ErrorCodes.RealtimePublishes,
            (await Assert.ThrowsAsync<CallIntelException>(() => project.MigrateAsync())).Code
        );
        await project.Superuser.RunAsync(
            """
            drop publication supabase_realtime; create publication supabase_realtime for table callintel_private.events
            """
        );
        Assert.Equal(
            ErrorCodes.RealtimePublishes,
            (await Assert.ThrowsAsync<CallIntelException>(() => project.MigrateAsync())).Code
        );
        await project.Superuser.RunAsync("drop publication supabase_realtime");
        await project.MigrateAsync();
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task A_server_without_the_Supabase_roles_is_rejected(int major)
    {
        await using SupabaseProject project = await fixture.NewAsync(major);
        await using NpgsqlConnection connection = await project.Superuser.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await using NpgsqlCommand command = new(
            "alter role authenticator rename to somebody; " + SqlPackage.SupabaseScripts[0].Text,
            connection
        );
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() =>
            command.ExecuteNonQueryAsync(Cancellation)
        );
        Assert.Equal("CI192", refused.SqlState);
    }
}

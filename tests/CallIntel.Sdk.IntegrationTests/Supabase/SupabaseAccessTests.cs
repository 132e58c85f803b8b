using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

/// <summary>Tests what a request through PostgREST can read and write.</summary>
public sealed partial class SupabaseAccessTests(SupabaseFixture fixture)
{
    public static TheoryData<int> Majors => SupabaseFixture.Majors;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Majors))]
    public async Task Every_role_reads_the_same_data_through_PostgREST_and_the_SDK(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        IReadOnlyList<string> relations = await project.RelationsAsync();
        Assert.Contains("callintel.events", relations);
        long rows = 0;
        foreach (string relation in relations)
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        {
            string query = $"""
                select count(*) || ' of ' || count(distinct org_id) || ' org, '
                       || count(*) filter (where org_id = '{project.Foreign.Id.Value}') from {relation}
                """;
            string application = await ApplicationAsync(project, project.Own.As(role), query);
            object? request = await PostgrestRequest.Of(project.Own.As(role)).SendAsync(project, query, readOnly: true);
            // an ingester looks up sources and streams to store events, which nobody does through PostgREST
            string expected =
                role is OrgRole.Ingester && relation.StartsWith("callintel.sync_", StringComparison.Ordinal)
                    ? "0 of 0 org, 0"
                    : application;
            Assert.Equal($"{relation} {role}: {expected}", $"{relation} {role}: {request}");
            Assert.EndsWith(" org, 0", application, StringComparison.Ordinal);
            rows += long.Parse(application.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        }
        Assert.True(rows > 100, $"{rows} rows were seen");
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Filtering_by_another_org_returns_nothing(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        foreach (string relation in await project.RelationsAsync())
            Assert.Equal(
                0L,
                await PostgrestRequest
                    .Of(project.Own.As(OrgRole.Owner))
                    .SendAsync(
                        project,
                        $"""
                        select count(*) from {relation}
                         where org_id = '{project.Foreign.Id.Value}' or org_id <> '{project.Own.Id.Value}'
                        """
                    )
            );
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task The_anonymous_and_service_roles_have_no_privilege_on_any_object(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        PostgrestRequest service = new("service_role", new { role = "service_role" });
        foreach (PostgrestRequest request in new[] { PostgrestRequest.Anonymous, service })
        {
            Assert.Equal(1, await request.SendAsync(project, "select 1"));
            foreach (string relation in await project.RelationsAsync())
            foreach (
                string statement in new[]
                {
                    $"select from {relation}",
                    $"delete from {relation}",
                    $"insert into {relation} default values",
                    $"truncate {relation}",
                }
            )
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await request.RefusedAsync(project, statement));
            foreach (
                string statement in new[]
                {
                    "select callintel.begin_session('\\x00')",
                    "select callintel.set_member_role(gen_random_uuid(), 'owner')",
                    "select * from callintel_private.context_key",
                    "select * from callintel_private.signing_keys",
                    "select * from callintel_private.session_context",
                }
            )
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await request.RefusedAsync(project, statement));
        }
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task A_signed_in_user_can_write_no_table_and_calls_only_the_listed_functions(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        PostgrestRequest owner = PostgrestRequest.Of(project.Own.As(OrgRole.Owner));
        foreach (string relation in await project.RelationsAsync())
        foreach (
            string statement in new[]
            {
                $"delete from {relation}",
                $"insert into {relation} default values",
                $"update {relation} set org_id = org_id",
                $"truncate {relation}",
            }
        )
            // the second is what a view answers that nobody writes to
            Assert.Contains(
                await owner.RefusedAsync(project, statement),
                (string[])
                    [
                        PostgresErrorCodes.InsufficientPrivilege,
                        PostgresErrorCodes.ObjectNotInPrerequisiteState,
                        PostgresErrorCodes.WrongObjectType,
                    ]
            );

        // what PostgREST and clients call, and what views call; of these nothing writes but set_member_role
        string[] views =
        [
            "callintel_private.listed_contacts",
            "callintel_private.listed_merged_contacts",
            "callintel_private.refuse",
            "callintel_private.visible_contacts",
        ];
        string[] called =
        [
            "callintel.change_feed_delay",
            "callintel.count_by_line",
            "callintel.count_by_member",
            "callintel.count_calls",
            "callintel.count_contacts",
            "callintel.count_events",
            "callintel.count_events_by_contact",
            "callintel.count_events_by_hour",
            "callintel.count_unanswered_calls",
            "callintel.count_volume",
            "callintel.current_member",
            "callintel.current_org",
            "callintel.current_permissions",
            "callintel.events_between",
            "callintel.events_by_id",
            "callintel.events_of",
            "callintel.figure_source",
            "callintel.find_events_by_external_id",
            "callintel.find_stream_cursor",
            "callintel.first_id",
            "callintel.list_calls_to_return",
            "callintel.list_threads",
            "callintel.measure_response_times",
            "callintel.read_accesses",
            "callintel.read_audit_checkpoints",
            "callintel.read_audit_leaves",
            "callintel.read_business_hours",
            "callintel.read_contact_group",
            "callintel.read_contact_labels",
            "callintel.read_contact_names",
            "callintel.read_contact_numbers",
            "callintel.read_conversation",
            "callintel.read_event_details",
            "callintel.read_event_participants",
            "callintel.read_event_parts",
            "callintel.read_first_numbers",
            "callintel.read_invitations",
            "callintel.read_lines",
            "callintel.read_member_profiles",
            "callintel.read_members",
            "callintel.read_privacy_rules",
            "callintel.read_rejects",
            "callintel.read_teams",
            "callintel.read_unsealed_entries",
            "callintel.schema_version",
            "callintel.set_member_role",
            "callintel.search_audit",
            "callintel.search_vectors",
            "callintel.smallest_group",
            "callintel.sum_costs",
            "callintel.sync_health_at",
            "callintel_supabase.begin_request",
            "callintel_supabase.may_receive",
        ];
        Assert.Equal(
            called.Concat(views).Order(StringComparer.Ordinal),
            await project.Superuser.ListAsync(
                """
                select p.pronamespace::regnamespace || '.' || p.proname from pg_catalog.pg_proc p
                 where p.pronamespace::regnamespace::text ~ '^callintel'
                   and has_function_privilege('authenticated', p.oid, 'execute')
                 order by (p.pronamespace::regnamespace || '.' || p.proname) collate "C"
                """
            )
        );
        Assert.Equal(
            ["begin_request", "set_member_role"],
            await project.Superuser.ListAsync(
                """
                select p.proname::text from pg_catalog.pg_proc p
                 where p.pronamespace::regnamespace::text ~ '^callintel' and p.provolatile = 'v'
                   and has_function_privilege('authenticated', p.oid, 'execute')
                 order by 1
                """
            )
        );
        // by name a client calls none of those that views call
        foreach (
            string call in new[]
            {
                "callintel_private.refuse('CI001')",
                "callintel_private.listed_contacts()",
                "callintel_private.listed_merged_contacts(4)",
                "callintel_private.visible_contacts(8)",
            }
        )
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await owner.RefusedAsync(project, $"select {call}"));
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Only_the_owners_of_views_and_functions_can_access_tables(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        IReadOnlyList<string> tables = await project.Superuser.ListAsync(
            """
            select c.oid::regclass::text from pg_catalog.pg_class c
             where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p') order by 1
            """
        );
        Assert.Contains("callintel_private.events_2026_01", tables);
        Assert.Empty(
            await project.Superuser.ListAsync(
                """
                select r || ' on ' || c.oid::regclass
                  from pg_catalog.pg_class c, unnest(array['callintel_app', 'anon', 'authenticated', 'service_role',
                       'authenticator']) r
                 where c.relnamespace = 'callintel_private'::regnamespace
                   and (has_table_privilege(r, c.oid, 'select, insert, update, delete, truncate, references, trigger')
                        or c.relkind <> 'S' and has_any_column_privilege(r, c.oid,
                            'select, insert, update, references'))
                """
            )
        );
        foreach (string table in tables)
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                await PostgrestRequest.Of(project.Own.As(OrgRole.Owner)).RefusedAsync(project, $"select from {table}")
            );
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task A_signed_in_user_reads_exactly_the_columns_that_the_application_reads(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        Assert.NotEmpty(await ColumnsAsync("true", "true"));
        Assert.Empty(await ColumnsAsync("false", "true"));
        Assert.Empty(await ColumnsAsync("true", "false"));

        Task<IReadOnlyList<string>> ColumnsAsync(string application, string authenticated) =>
            project.Superuser.ListAsync(
                $"""
                select c.oid::regclass || '.' || a.attname from pg_catalog.pg_class c
                  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
                   and c.relkind in ('r', 'p', 'v')
                   and has_column_privilege('callintel_app', c.oid, a.attnum, 'select') = {application}
                   and has_column_privilege('authenticated', c.oid, a.attnum, 'select') = {authenticated}
                 order by 1
                """
            );
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Member_roles_change_only_through_the_checked_function(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        TestOrg org = await TestOrg.CreateAsync(project.Application, "changes roles", Cancellation);
        Guid newcomer = Guid.NewGuid();

        Assert.Equal(
            "CI005",
            await PostgrestRequest
                .Of(org.As(OrgRole.Viewer))
                .RefusedAsync(project, $"select callintel.set_member_role('{newcomer}', 'viewer')")
        );
        Assert.Equal(
            "CI006",
            await PostgrestRequest
                .Of(org.As(OrgRole.Admin))
                .RefusedAsync(project, $"select callintel.set_member_role('{newcomer}', 'owner')")
        );
        await PostgrestRequest
            .Of(org.As(OrgRole.Admin))
            .SendAsync(project, $"select callintel.set_member_role('{newcomer}', 'analyst')");
        OrgIdentity identity = new(org.Id, new MemberId(newcomer));
        Assert.Equal(1L, await PostgrestRequest.Of(identity).SendAsync(project, "select count(*) from callintel.orgs"));

        await PostgrestRequest
            .Of(org.As(OrgRole.Admin))
            .SendAsync(project, $"select callintel.set_member_role('{newcomer}', null)");
        Assert.Equal(
            "CI001",
            await PostgrestRequest.Of(identity).RefusedAsync(project, "select count(*) from callintel.orgs")
        );
        Assert.Equal(
            2L,
            await PostgrestRequest
                .Of(org.As(OrgRole.Admin))
                .SendAsync(
                    project,
                    $"""
                    select count(*) from callintel.audit_log
                     where op = 0 and subject_id = '{newcomer}' and member_id = '{org.Members[OrgRole.Admin].Value}'
                    """
                )
        );
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Nobody_sees_hidden_contacts_or_ingests_through_PostgREST(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        object? context = await PostgrestRequest
            .Of(project.Own.As(OrgRole.Owner))
            .SendAsync(project, "select current_setting('callintel.context')");
        long permissions = long.Parse($"{context}".Split(',')[4], System.Globalization.CultureInfo.InvariantCulture);
        Permission never =
            Permission.SeeHidden
            | Permission.Ingest
            | Permission.IngestForAll
            | Permission.WriteContacts
            | Permission.ManageKeys
            | Permission.TransferOwnership;
        Assert.Equal(0, permissions & (long)never);
        Assert.Equal((long)(Permission.All & ~never), permissions & (long)Permission.All);
    }

    static async Task<string> ApplicationAsync(SupabaseProject project, OrgIdentity identity, string query)
    {
        await using OrgSession session = await project.Application.OpenSessionAsync(identity, Cancellation);
        return await session
            .QueryAsync(query, r => r.GetString(0), cancellationToken: Cancellation)
            .SingleAsync(Cancellation);
    }
}

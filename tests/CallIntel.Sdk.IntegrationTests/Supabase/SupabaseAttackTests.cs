using System.Text.Json;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

/// <summary>
/// Attacks on claims. Each is shown to work against the policies of Supabase's manual, on the table
/// <c>public.notes</c>, and against ours it fails.
/// </summary>
/// <remarks>SQL is injected through <c>public.search</c>, a function of the project that glues its argument into a
/// query.</remarks>
public sealed partial class SupabaseAttackTests(SupabaseFixture fixture) : IAsyncLifetime
{
    const string Notes = "select coalesce(string_agg(org_id::text, ','), '') from public.notes";
    const string Events = "select coalesce(string_agg(distinct org_id::text, ','), '') from callintel.events";
    const string Tables = "select coalesce(string_agg(distinct org_id::text, ','), '') from callintel_private.events";
    const string Hook = "select " + PostgrestRequest.Hook + "()";

    static readonly SemaphoreSlim Gate = new(1, 1);

    public static TheoryData<int> Majors => SupabaseFixture.Majors;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Gate.WaitAsync();
        try
        {
            foreach (int major in Majors.Select(row => row.Data))
                await PrepareAsync(await fixture.SharedAsync(major));
        }
        finally
        {
            Gate.Release();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory, MemberData(nameof(Majors))]
    public async Task A_login_that_sets_claims_itself_gets_no_access(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        OrgIdentity victim = project.Foreign.As(OrgRole.Owner);
        foreach (bool withHook in new[] { false, true })
        {
            await using NpgsqlConnection reporting = new(project.ConnectionString("reporting"));
            await reporting.OpenAsync(Cancellation);
            PostgrestRequest forged = PostgrestRequest.Of(victim) with
            {
                PreRequest = withHook ? PostgrestRequest.Hook : null,
            };
            if (!withHook)
                Assert.Equal($"{victim.Org.Value}", await forged.SendAsync(reporting, Notes));
            PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() =>
                forged.SendAsync(reporting, Events)
            );
            Assert.Equal(withHook ? "CI190" : "CI001", refused.SqlState);
        }
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Injected_SQL_that_overwrites_the_claims_keeps_its_identity(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        string forge = ForgedClaims(project.Foreign.As(OrgRole.Owner));

        Assert.Equal($"{project.Foreign.Id.Value}", await InjectAsync(project, $"{forge}; {Notes}"));
        Assert.Equal($"{project.Own.Id.Value}", await InjectAsync(project, $"{forge}; {Events}"));
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Injected_SQL_cannot_open_a_session_context(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        string forge = ForgedClaims(project.Foreign.As(OrgRole.Owner));
        foreach (
            string attempt in new[]
            {
                $"{forge}; {Hook}",
                $"{forge}; {Hook}; {Events}",
                $"""
                    select set_config('callintel.context', '', true), set_config('callintel.seal', '', true); {forge};
                    {Hook}
                    """,
                $"{forge}; prepare x as {Hook}; execute x",
                $"{forge}; declare x cursor for {Hook}; fetch x",
                $"{forge}; select query_to_xml($q${Hook}$q$, true, true, '')",
            }
        )
        {
            Assert.Equal(
                "CI190",
                await InjectionRefusedAsync(project, PostgrestRequest.Of(project.Own.As(OrgRole.Owner)), attempt)
            );
            // nor where the project forgot to set the pre-request function, or the request is nobody's
            Assert.Equal(
                "CI190",
                await InjectionRefusedAsync(
                    project,
                    PostgrestRequest.Of(project.Own.As(OrgRole.Owner)) with
                    {
                        PreRequest = null,
                    },
                    attempt
                )
            );
            Assert.Equal(
                "CI190",
                await InjectionRefusedAsync(
                    project,
                    PostgrestRequest.Anonymous,
                    $"select set_config('role', 'authenticated', true); {attempt}"
                )
            );
        }
        // the function called as an RPC, which PostgREST wraps
        Assert.Equal(
            "CI190",
            await PostgrestRequest
                .Of(project.Own.As(OrgRole.Owner))
                .RefusedAsync(project, $"with pgrst_source as ({Hook}) select count(*) from pgrst_source")
        );
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Injected_SQL_that_becomes_service_role_has_no_privileges(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        foreach (
            string become in new[] { "set local role service_role", "select set_config('role', 'service_role', true)" }
        )
        {
            Assert.Contains(
                $"{project.Foreign.Id.Value}",
                $"{await InjectAsync(project, $"{become}; {Notes}")}",
                StringComparison.Ordinal
            );
            foreach (string query in new[] { Events, Tables })
                Assert.Equal(
                    PostgresErrorCodes.InsufficientPrivilege,
                    await InjectionRefusedAsync(
                        project,
                        PostgrestRequest.Of(project.Own.As(OrgRole.Owner)),
                        $"{become}; {query}"
                    )
                );
        }
        Assert.Equal(
            PostgresErrorCodes.InsufficientPrivilege,
            await InjectionRefusedAsync(
                project,
                PostgrestRequest.Of(project.Own.As(OrgRole.Owner)),
                $"reset role; {Events}"
            )
        );
        foreach (
            string role in new[]
            {
                "callintel_app",
                "callintel_owner",
                "callintel_definer",
                "callintel_writer",
                "callintel_member",
                "callintel_fence",
                "callintel_queue",
                "callintel_search",
                "callintel_auditor",
                "callintel_backup",
                "callintel_ops",
                "project_postgres",
            }
        )
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                await InjectionRefusedAsync(
                    project,
                    PostgrestRequest.Of(project.Own.As(OrgRole.Owner)),
                    $"set local role {role}"
                )
            );
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task A_forged_or_replayed_context_is_rejected(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        PostgrestRequest victim = PostgrestRequest.Of(project.Foreign.As(OrgRole.Owner)),
            attacker = PostgrestRequest.Of(project.Own.As(OrgRole.Viewer));
        const string Context = """
            select current_setting('callintel.context') || '|' || current_setting('callintel.seal')
            """;
        string[] kept = $"{await victim.SendAsync(project, Context)}".Split('|');
        foreach (string seal in new[] { kept[1], "", new string('0', 64) })
            Assert.Equal(
                "CI001",
                await InjectionRefusedAsync(
                    project,
                    attacker,
                    $"""
                    select set_config('callintel.context', '{kept[0]}', true),
                           set_config('callintel.seal', '{seal}', true); {Events}
                    """
                )
            );

        // more permissions than those that were signed
        Assert.Equal(
            "CI001",
            await InjectionRefusedAsync(
                project,
                attacker,
                "select set_config('callintel.context', regexp_replace(current_setting('callintel.context'), "
                    + $"'\\d+$', '131071'), true); {Events}"
            )
        );
    }

    /// <summary>
    /// Functions and views use the text of the context only after its signature has been verified.
    /// </summary>
    [Theory, MemberData(nameof(Majors))]
    public async Task Every_function_and_view_rejects_a_forged_context(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        IReadOnlyList<string> reads = await project.Superuser.ListAsync(
            """
            select format('%s(%s)', f.oid::regproc, (select string_agg('null::' || format_type(t, null), ', ')
                from unnest(f.proargtypes) t))
              from pg_catalog.pg_proc f
             where f.pronamespace = 'callintel'::regnamespace and f.prosecdef
               and has_function_privilege('authenticated', f.oid, 'execute')
            union all
            select c.oid::regclass::text from pg_catalog.pg_class c
             where c.relnamespace = 'callintel'::regnamespace and has_table_privilege('authenticated', c.oid, 'select')
            """
        );
        Assert.True(reads.Count > 45, $"{reads.Count} functions and views were found");
        string wellFormed =
            $"{project.Foreign.Id.Value},{project.Foreign.Members[OrgRole.Owner].Value},00001,123456789,65535";
        foreach (string read in reads)
        foreach (string forged in new[] { wellFormed, $"{project.Foreign.Id.Value}", "x", "" })
            Assert.Equal(
                $"{read}: CI001",
                $"{read}: "
                    + await InjectionRefusedAsync(
                        project,
                        PostgrestRequest.Of(project.Own.As(OrgRole.Owner)),
                        $"select set_config('callintel.context', '{forged}', true); select count(*)::text from {read}"
                    )
            );
    }

    static string ForgedClaims(OrgIdentity victim) =>
        $"""
            select set_config('request.jwt.claims', $c${JsonSerializer.Serialize(PostgrestRequest.ClaimsOf(victim))}$c$,
                   true)
            """;

    static string Injection(string statements) => $"select public.search($i$x'; {statements}; --$i$)";

    static Task<object?> InjectAsync(SupabaseProject project, string statements) =>
        PostgrestRequest.Of(project.Own.As(OrgRole.Owner)).SendAsync(project, Injection(statements));

    static Task<string> InjectionRefusedAsync(SupabaseProject project, PostgrestRequest request, string statements) =>
        request.RefusedAsync(project, Injection(statements));

    static async Task PrepareAsync(SupabaseProject project)
    {
        if (await project.Superuser.ScalarAsync("select to_regclass('public.notes') is not null") is true)
            return;
        await project.Superuser.RunAsync(
            $$"""
            do $$ begin create role reporting login password 'reporting'; exception when duplicate_object then null;
            end $$;
            grant authenticated to reporting;
            set role project_postgres;
            create table public.memberships (org_id uuid, member_id uuid);
            create table public.notes (org_id uuid);
            alter table public.notes enable row level security;
            create policy "Members read" on public.notes for select to authenticated
                using (org_id in (select m.org_id from public.memberships m where m.member_id = (select auth.uid())));
            insert into public.memberships values ('{{project.Own.Id.Value}}',
                '{{project.Own.Members[OrgRole.Owner].Value}}'),
                                                  ('{{project.Foreign.Id.Value}}',
                                                      '{{project.Foreign.Members[OrgRole.Owner].Value}}');
            insert into public.notes values ('{{project.Own.Id.Value}}'), ('{{project.Foreign.Id.Value}}');

            create function public.search(term text) returns text language plpgsql as $f$
            declare
                answer text;
            begin
                execute 'select ''' || term || '''' into answer;
                return answer;
            end $f$;
            """
        );
    }
}

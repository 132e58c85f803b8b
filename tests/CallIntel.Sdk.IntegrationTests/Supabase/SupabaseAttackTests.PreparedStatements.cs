using System.Text.Json;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

// attacks that outlast their own request
public sealed partial class SupabaseAttackTests
{
    [Theory, MemberData(nameof(Majors))]
    public async Task Injected_SQL_affects_neither_PostgREST_nor_the_identity_of_a_later_request(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        PostgrestRequest attacker = PostgrestRequest.Of(project.Own.As(OrgRole.Viewer));
        foreach (
            string setting in new[]
            {
                "pgrst.db_pre_request = 'public.search'",
                "pgrst.jwt_secret = 'an-attacker-knows-this-one-very-well'",
            }
        )
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                await InjectionRefusedAsync(project, attacker, $"reset role; alter role authenticator set {setting}")
            );

        await using NpgsqlConnection authenticator = new(project.ConnectionString("authenticator"));
        await authenticator.OpenAsync(Cancellation);
        string stay = ForgedClaims(project.Foreign.As(OrgRole.Owner))
            .Replace("true)", "false)", StringComparison.Ordinal);
        await attacker.SendAsync(
            authenticator,
            Injection(
                $"{stay}; select set_config('callintel.context', '{project.Foreign.Id.Value}', false), "
                    + "set_config('search_path', 'public', false), "
                    + "set_config('plan_cache_mode', 'force_generic_plan', false)"
            )
        );
        Assert.Equal(
            $"{project.Own.Id.Value}",
            await PostgrestRequest.Of(project.Own.As(OrgRole.Owner)).SendAsync(authenticator, Events)
        );
        Assert.Equal(
            "CI001",
            (
                await Assert.ThrowsAsync<PostgresException>(() =>
                    new PostgrestRequest("authenticated", new { role = "authenticated" }).SendAsync(
                        authenticator,
                        Events
                    )
                )
            ).SqlState
        );
        Assert.Equal(
            PostgresErrorCodes.InsufficientPrivilege,
            (
                await Assert.ThrowsAsync<PostgresException>(() =>
                    PostgrestRequest
                        .Of(project.Own.As(OrgRole.Owner))
                        .SendAsync(authenticator, "set row_security = off; " + Events)
                )
            ).SqlState
        );
    }

    /// <summary>
    /// A statement prepared by name can be replaced from inside and outlives the transaction. Unnamed ones cannot, so
    /// those are what is asked for.
    /// </summary>
    [Theory, MemberData(nameof(Majors))]
    public async Task Injected_SQL_that_replaces_the_statement_that_sets_the_claims_gets_no_access(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        string replace = $"""
            do $d$
            declare
                n text := (select s.name from pg_prepared_statements s
                    where s.statement like '%request.jwt.claims%' and s.statement not like '%pg_prepared%');
            begin
                if n is not null then
                    execute format('deallocate %I', n);
                end if;
                execute format($p$prepare %I(text, text, text) as select set_config('role', 'authenticated', true),
                    set_config('request.jwt.claims',
                        '{JsonSerializer.Serialize(PostgrestRequest.ClaimsOf(project.Foreign.As(OrgRole.Owner)))}',
                        true),
                    '', '', '', '', ''$p$, coalesce(n, 'guessed'));
            end $d$;
            select 'done'
            """;
        foreach (bool prepared in new[] { true, false })
        {
            await using NpgsqlConnection authenticator = new(project.ConnectionString("authenticator"));
            await authenticator.OpenAsync(Cancellation);
            PostgrestRequest nobody = new("authenticated", new { role = "authenticated" }, Prepared: prepared);
            PostgrestRequest owner = PostgrestRequest.Of(project.Own.As(OrgRole.Owner)) with { Prepared = prepared };
            if (prepared)
                Assert.Equal(
                    "CI190",
                    (await Assert.ThrowsAsync<PostgresException>(() => owner.SendAsync(authenticator, Events))).SqlState
                );
            await nobody.SendAsync(authenticator, Injection(replace));

            // what Supabase's own policies make of the next request on the connection, before our function refuses it
            Assert.Equal(
                $"{(prepared ? project.Foreign : project.Own).Id.Value}",
                await (owner with { PreRequest = null }).SendAsync(authenticator, Notes)
            );
            Assert.Equal(
                "CI190",
                (await Assert.ThrowsAsync<PostgresException>(() => owner.SendAsync(authenticator, Events))).SqlState
            );
        }
    }
}

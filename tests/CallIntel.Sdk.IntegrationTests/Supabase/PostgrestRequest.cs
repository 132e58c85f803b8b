using System.Text.Json;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

/// <summary>
/// The statements that PostgREST (versions 10 to 14) sends for one request, in its words and order: the transaction, the settings, the pre-request
/// function, the query of the client.
/// </summary>
/// <param name="Role">The database role of the request: the claim <c>role</c> of the token that PostgREST has verified.</param>
/// <param name="Claims">The claims.</param>
/// <param name="Headers">The headers of the request.</param>
/// <param name="PreRequest">The pre-request function as PostgREST writes it; null if none is set.</param>
/// <param name="SettingsStatement">The name under which the connection prepares the settings; null if it prepares nothing by name.</param>
sealed record PostgrestRequest(
    string Role, object Claims, object? Headers = null, string? PreRequest = PostgrestRequest.Hook, string? SettingsStatement = null)
{
    internal const string Hook = "\"callintel_supabase\".\"begin_request\"";

    /// <summary>A user who is signed in, with the org in the claims that only a server writes.</summary>
    internal static PostgrestRequest Of(OrgIdentity identity, object? headers = null) => new("authenticated", ClaimsOf(identity), headers);

    internal static PostgrestRequest Anonymous { get; } = new("anon", new { role = "anon" });

    internal static object ClaimsOf(OrgIdentity identity) => new
    {
        sub = $"{identity.Member.Value}", role = "authenticated", aud = "authenticated", app_metadata = new { org_id = $"{identity.Org.Value}" },
    };

    /// <summary>Sends the request on a connection of the authenticator, as the first or a later one of that connection.</summary>
    internal async Task<object?> SendAsync(NpgsqlConnection authenticator, string query, bool readOnly = false)
    {
        await RunAsync(authenticator, $"begin isolation level read committed {(readOnly ? "read only" : "read write")}");
        try
        {
            string claims = JsonSerializer.Serialize(Claims), headers = JsonSerializer.Serialize(Headers ?? new { });
            if (SettingsStatement is null)
                await RunAsync(authenticator, Settings, Role, claims, headers);
            else
                await RunPreparedAsync(authenticator, Role, claims, headers);
            if (PreRequest is not null)
                await RunAsync(authenticator, $"select {PreRequest}()");
            object? answer = await RunAsync(authenticator, query);
            await RunAsync(authenticator, "commit");
            return answer is DBNull ? null : answer;
        }
        catch (PostgresException)
        {
            await RunAsync(authenticator, "rollback");
            throw;
        }
    }

    /// <summary>Sends the request on a connection of its own.</summary>
    internal async Task<object?> SendAsync(SupabaseProject project, string query, bool readOnly = false)
    {
        await using NpgsqlConnection authenticator = new(project.ConnectionString("authenticator"));
        await authenticator.OpenAsync();
        return await SendAsync(authenticator, query, readOnly);
    }

    /// <returns>The SQLSTATE with which the request is refused.</returns>
    internal async Task<string> RefusedAsync(SupabaseProject project, string query) =>
        (await Assert.ThrowsAsync<PostgresException>(() => SendAsync(project, query))).SqlState;

    const string Settings = """
        select set_config('search_path', '"public", "extensions"', true), set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
               set_config('request.method', 'POST', true), set_config('request.path', '/', true), set_config('request.headers', $3, true),
               set_config('request.cookies', '{}', true)
        """;

    /// <summary>Npgsql chooses the names of its statements itself, so the statement and its name go by SQL here; to the server it is the same.</summary>
    async Task RunPreparedAsync(NpgsqlConnection connection, string role, string claims, string headers)
    {
        if (await RunAsync(connection, $"select exists (select from pg_prepared_statements where name = '{SettingsStatement}')") is false)
            await RunAsync(connection, $"prepare {SettingsStatement}(text, text, text) as {Settings}");
        await RunAsync(connection, $"execute {SettingsStatement}($r${role}$r$, $c${claims}$c$, $h${headers}$h$)");
    }

    static async Task<object?> RunAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using NpgsqlCommand command = new(sql, connection);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync();
    }
}

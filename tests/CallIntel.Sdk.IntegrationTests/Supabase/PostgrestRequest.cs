using System.Text.Json;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

/// <summary>
/// The statements that PostgREST (versions 10 to 14) sends for one request, in its words and order: the transaction,
/// the settings, the pre-request function, the query of the client.
/// </summary>
/// <param name="Role">The database role of the request: the claim <c>role</c> of the token that PostgREST has
/// verified.</param>
/// <param name="Claims">The claims.</param>
/// <param name="Headers">The headers of the request.</param>
/// <param name="PreRequest">The pre-request function as PostgREST writes it; null if none is set.</param>
/// <param name="Prepared">Whether the connection prepares the settings by name, as PostgREST does unless told
/// otherwise.</param>
sealed record PostgrestRequest(
    string Role,
    object Claims,
    object? Headers = null,
    string? PreRequest = PostgrestRequest.Hook,
    bool Prepared = false
)
{
    internal const string Hook = "\"callintel_supabase\".\"begin_request\"";

    /// <summary>A user who is signed in, with the org in the claims that only a server writes.</summary>
    internal static PostgrestRequest Of(OrgIdentity identity, object? headers = null) =>
        new("authenticated", ClaimsOf(identity), headers);

    internal static PostgrestRequest Anonymous { get; } = new("anon", new { role = "anon" });

    internal static object ClaimsOf(OrgIdentity identity) =>
        new
        {
            sub = $"{identity.Member.Value}",
            role = "authenticated",
            aud = "authenticated",
            app_metadata = new { org_id = $"{identity.Org.Value}" },
        };

    /// <summary>
    /// Sends the request on a connection of the authenticator, as the first or a later one of that connection.
    /// </summary>
    internal async Task<object?> SendAsync(NpgsqlConnection authenticator, string query, bool readOnly = false)
    {
        await RunAsync(
            authenticator,
            $"begin isolation level read committed {(readOnly ? "read only" : "read write")}"
        );
        try
        {
            await SetAsync(
                authenticator,
                Role,
                JsonSerializer.Serialize(Claims),
                JsonSerializer.Serialize(Headers ?? new { })
            );
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
        select set_config('search_path', '"public", "extensions"', true), set_config('role', $1, true),
               set_config('request.jwt.claims', $2, true),
               set_config('request.method', 'POST', true), set_config('request.path', '/', true),
               set_config('request.headers', $3, true), set_config('request.cookies', '{}', true)
        """;

    async Task SetAsync(NpgsqlConnection connection, params string[] values)
    {
        await using NpgsqlCommand command = new(Settings, connection);
        foreach (string value in values)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        if (Prepared)
            await command.PrepareAsync();
        await command.ExecuteNonQueryAsync();
    }

    static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}

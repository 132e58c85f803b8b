using Npgsql;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>Properties of a server that decide whether it can be used.</summary>
sealed record ServerInfo(int MajorVersion, string VersionText, Version? PgVector, bool IsAdmin)
{
    const string Query = """
        select current_setting('server_version_num')::int / 10000,
               current_setting('server_version'),
               (select e.default_version from pg_catalog.pg_available_extensions e where e.name = 'vector'),
               (select r.rolsuper or (r.rolcreaterole and r.rolcreatedb)
                from pg_catalog.pg_roles r where r.rolname = current_user)
        """;

    internal static async Task<ServerInfo> ReadAsync(string connectionString, CancellationToken cancellationToken)
    {
        // Not pooled: a pool would keep a connection to a server that is about to stop.
        var once = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        NpgsqlConnection connection = new(once.ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            NpgsqlCommand command = new(Query, connection);
            await using (command.ConfigureAwait(false))
            {
                NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                    return new ServerInfo(
                        reader.GetInt32(0),
                        reader.GetString(1),
                        await reader.IsDBNullAsync(2, cancellationToken).ConfigureAwait(false)
                            ? null
                            : Version.Parse(reader.GetString(2)),
                        reader.GetBoolean(3)
                    );
                }
            }
        }
    }
}

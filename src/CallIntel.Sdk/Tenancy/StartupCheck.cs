using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// Checks before the first session that the server is new enough, that the schema version is supported and that the
/// database role cannot bypass row-level security.
/// </summary>
static class StartupCheck
{
    const string Sql = """
        select current_database(),
               r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication,
               exists (select from pg_catalog.pg_auth_members m where m.member = r.oid),
               exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                        where n.nspname in ('callintel', 'callintel_private') and c.relowner = r.oid),
               has_database_privilege(current_database(), 'temporary')
               or has_database_privilege(current_database(), 'create'),
               coalesce(has_schema_privilege(to_regnamespace('callintel_private')::oid, 'usage'), false),
               coalesce(has_schema_privilege(to_regnamespace('callintel')::oid, 'usage'), false)
          from pg_catalog.pg_roles r
         where r.rolname = session_user
        """;

    /// <returns>
    /// The name of the database as the server reports it, which tokens are bound to, and the schema version.
    /// </returns>
    internal static async Task<(string Database, SchemaCompatibility Schema)> RunAsync(
        NpgsqlDataSource source,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlConnection connection = await source
            .OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        ServerVersion.ThrowIfTooOld(connection);
        // Check first whether the package is installed: in a database without it, the privilege checks would fail too.
        bool installed;
        await using (NpgsqlCommand exists = new("select to_regnamespace('callintel') is not null", connection))
            installed = (bool)(await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        if (!installed)
            throw default(SchemaCompatibility).Problem!;
        string database;
        await using (NpgsqlCommand command = new(Sql, connection))
        await using (
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false)
        )
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            database = reader.GetString(0);
            if (reader.GetBoolean(1))
                throw TooStrong(
                    "is a superuser, bypasses row-level security, or may create roles, databases or replicas"
                );
            if (reader.GetBoolean(3))
                throw TooStrong("owns tables of CallIntel");
            if (reader.GetBoolean(2))
                throw TooStrong("is a member of other roles");
            if (reader.GetBoolean(4))
                throw TooStrong(
                    "may create schemas or temporary tables in this database",
                    "Revoke create and temporary on the database from public, as V0001__roles.sql does."
                );
            if (reader.GetBoolean(5))
                throw TooStrong("may use the schema callintel_private");
            if (!reader.GetBoolean(6))
                throw new CallIntelException(
                    ErrorCodes.NotAllowed,
                    "The database role may not use the schema callintel.",
                    "Log in as callintel_app."
                );
        }

        SchemaCompatibility schema = await SchemaCompatibility
            .ReadAsync(connection, cancellationToken)
            .ConfigureAwait(false);
        return schema.Problem is { } problem ? throw problem : (database, schema);
    }

    static CallIntelException TooStrong(string fact, string remedy = "Log in as callintel_app.") =>
        new(ErrorCodes.RoleTooStrong, $"The database role {fact}, so row-level security could be bypassed.", remedy);
}

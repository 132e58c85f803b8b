using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>Asked once, before the first session: is the server new enough, the schema known, and the role weak enough for row-level security to hold?</summary>
static class StartupCheck
{
    const string Sql = """
        select current_database(),
               r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication,
               exists (select from pg_catalog.pg_auth_members m where m.member = r.oid),
               exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                        where n.nspname in ('callintel', 'callintel_private') and c.relowner = r.oid),
               has_database_privilege(current_database(), 'temporary') or has_database_privilege(current_database(), 'create'),
               coalesce(has_schema_privilege(to_regnamespace('callintel_private')::oid, 'usage'), false),
               exists (select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                        where n.nspname = 'callintel' and p.proname = 'schema_version'),
               coalesce(has_schema_privilege(to_regnamespace('callintel')::oid, 'usage'), false)
          from pg_catalog.pg_roles r
         where r.rolname = session_user
        """;

    /// <returns>The name of the database by its own account; tokens are bound to it.</returns>
    internal static async Task<string> RunAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        ServerVersion.ThrowIfTooOld(connection);
        string database;
        await using (NpgsqlCommand command = new(Sql, connection))
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            database = reader.GetString(0);
            // first: a database without the package has none of its privileges either
            if (!reader.GetBoolean(6))
                throw new CallIntelException(ErrorCodes.SchemaTooOld, "The SQL package is not installed in this database.", "Run SchemaMigrator, or apply the SQL package.");
            if (reader.GetBoolean(1))
                throw TooStrong("is a superuser, bypasses row-level security, or may create roles, databases or replicas");
            if (reader.GetBoolean(3))
                throw TooStrong("owns tables of CallIntel");
            if (reader.GetBoolean(2))
                throw TooStrong("is a member of other roles");
            if (reader.GetBoolean(4))
                throw TooStrong("may create schemas or temporary tables in this database", "Revoke create and temporary on the database from public, as V0001__roles.sql does.");
            if (reader.GetBoolean(5))
                throw TooStrong("can enter the schema callintel_private");
            if (!reader.GetBoolean(7))
                throw new CallIntelException(ErrorCodes.NotAllowed, "The database role may not use the schema callintel.", "Log in as callintel_app.");
        }

        await using NpgsqlCommand version = new("select callintel.schema_version()", connection);
        int installed = (int)(await version.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        if (installed < SqlPackage.Version)
            throw new CallIntelException(ErrorCodes.SchemaTooOld,
                $"The schema has version {installed}; this SDK needs {SqlPackage.Version}.", "Run SchemaMigrator before the application.");
        if (installed > SqlPackage.Version)
            throw new CallIntelException(ErrorCodes.SchemaTooNew,
                $"The schema has version {installed}; this SDK knows {SqlPackage.Version}.", "Update the CallIntel.Sdk package.");
        return database;
    }

    static CallIntelException TooStrong(string fact, string remedy = "Log in as callintel_app.") =>
        new(ErrorCodes.RoleTooStrong, $"The database role {fact}: row-level security would not hold.", remedy);
}

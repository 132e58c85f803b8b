using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Migrations;

/// <summary>The schema version of a database, and whether this SDK supports it (ADR 0030).</summary>
/// <param name="Version">The installed schema version; null if the SQL package is not installed.</param>
/// <param name="OldestSdkServed">
/// The schema version of the oldest SDK that the database supports; null if the database does not specify it.
/// </param>
readonly record struct SchemaCompatibility(int? Version, int? OldestSdkServed)
{
    /// <summary>
    /// The oldest schema version that this SDK supports. Increase it when a statement of the SDK needs a newer schema.
    /// </summary>
    internal const int OldestSchema = 202;

    // Uses the catalog instead of calling the function by name, which would require a privilege on the schema.
    const string Sql = """
        select p.proname
          from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
         where n.nspname = 'callintel' and p.proname in ('schema_version', 'oldest_sdk_served') and p.pronargs = 0
        """;

    internal static async Task<SchemaCompatibility> ReadAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        HashSet<string> functions = [];
        await using (NpgsqlCommand exist = new(Sql, connection))
        await using (NpgsqlDataReader reader = await exist.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                functions.Add(reader.GetString(0));
        }
        return new SchemaCompatibility(
            await ValueAsync("schema_version").ConfigureAwait(false),
            await ValueAsync("oldest_sdk_served").ConfigureAwait(false)
        );

        async Task<int?> ValueAsync(string function)
        {
            if (!functions.Contains(function))
                return null;
            await using NpgsqlCommand ask = new($"select callintel.{function}()", connection);
            return (int)(await ask.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    /// <summary>Whether the schema is newer than this SDK but still supports it.</summary>
    internal bool IsNewerAndServes => Version > SqlPackage.Version && OldestSdkServed <= SqlPackage.Version;

    /// <summary>The error if this SDK and the schema are incompatible; null if they are compatible.</summary>
    internal CallIntelException? Problem =>
        Version switch
        {
            null => new(
                ErrorCodes.SchemaTooOld,
                "The SQL package is not installed in this database.",
                "Run SchemaMigrator, or apply the SQL package."
            ),
            < OldestSchema => new(
                ErrorCodes.SchemaTooOld,
                $"The schema has version {Version}; this SDK works with {OldestSchema} to {SqlPackage.Version}.",
                "Run SchemaMigrator before the application."
            ),
            > 0 when Version > SqlPackage.Version && !IsNewerAndServes => new(
                ErrorCodes.SchemaTooNew,
                $"The schema has version {Version} and supports SDKs built for {OldestSdkServed ?? Version} or later; "
                    + $"this SDK was built for {SqlPackage.Version}.",
                "Update the CallIntel.Sdk package."
            ),
            _ => null,
        };
}

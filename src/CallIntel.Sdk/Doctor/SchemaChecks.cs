using System.Globalization;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Doctor;

/// <summary>
/// Checks that the version, the files and the grants of the installed schema are those of the SQL package of this SDK.
/// </summary>
static class SchemaChecks
{
    const string Migrate = "Run callintel migrate, or call SchemaMigrator.MigrateAsync.";
    const string Update = "Update the CallIntel packages and this tool.";

    const string GrantsSql = """
        select 'The role callintel_app lacks ' || g.verb || ' on ' || g.name
               || ', which the SQL package grants.', true
          from unnest($1::text[], $2::text[]) as g (name, verb)
         where to_regclass(g.name) is not null and not has_table_privilege('callintel_app', to_regclass(g.name), g.verb)
        union all
        select 'The role callintel_app may not execute ' || f.oid::regprocedure
               || ', which the SQL package grants.', true
          from pg_catalog.pg_proc f
         where f.pronamespace = to_regnamespace('callintel') and 'callintel.' || f.proname = any ($3)
           and not has_function_privilege('callintel_app', f.oid, 'execute')
        union all
        select 'The role callintel_app has ' || v.verb || ' on ' || c.oid::regclass
               || ', which the SQL package does not grant.', false
          from pg_catalog.pg_class c,
               unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as v (verb)
         where c.relnamespace = to_regnamespace('callintel')
           and c.relkind in ('r', 'p', 'v') and not c.relispartition
           and has_table_privilege('callintel_app', c.oid, v.verb)
           and not exists (select from unnest($1::text[], $2::text[]) as g (name, verb)
                            where to_regclass(g.name) = c.oid and g.verb = v.verb)
        union all
        select 'The role callintel_app may execute ' || f.oid::regprocedure
               || ', which the SQL package does not grant.', false
          from pg_catalog.pg_proc f
         where f.pronamespace = to_regnamespace('callintel')
           and has_function_privilege('callintel_app', f.oid, 'execute') and 'callintel.' || f.proname <> all ($3)
        """;

    internal static async Task<DoctorCheck> CheckVersionAsync(
        NpgsqlConnection connection,
        SchemaCompatibility schema,
        CancellationToken cancellationToken
    )
    {
        const string Check = "SQL package";
        if (schema.Problem is { } problem)
            return new(
                Check,
                [
                    new(
                        problem.Code,
                        FindingSeverity.Danger,
                        problem.Problem,
                        problem.Code == ErrorCodes.SchemaTooOld ? Migrate : Update
                    ),
                ]
            );
        if (schema.IsNewerAndServes)
            return new(
                Check,
                [
                    new(
                        ErrorCodes.SchemaTooNew,
                        FindingSeverity.Advice,
                        $"The schema has version {schema.Version} and still supports this SDK, "
                            + $"which was built for version {SqlPackage.Version}.",
                        Update
                    ),
                ]
            );
        if (schema.Version < SqlPackage.Version)
            return new(
                Check,
                [
                    new(
                        ErrorCodes.SchemaTooOld,
                        FindingSeverity.Warning,
                        $"The schema has version {schema.Version}. This SDK supports it, but was built for version "
                            + $"{SqlPackage.Version}.",
                        Migrate
                    ),
                ]
            );
        return new(
            Check,
            [.. CompareJournal(await ReadJournalAsync(connection, cancellationToken).ConfigureAwait(false))]
        );
    }

    internal static async Task<DoctorCheck> CheckGrantsAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlCommand command = new(GrantsSql, connection);
        command.With(
            (string[])[.. PackageGrants.Tables.Select(grant => grant.Table)],
            (string[])[.. PackageGrants.Tables.Select(grant => grant.Verb)],
            (string[])[.. PackageGrants.Functions]
        );
        List<DoctorFinding> findings = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            findings.Add(
                reader.GetBoolean(1)
                    ? new(
                        ErrorCodes.PrivilegesDiffer,
                        FindingSeverity.Warning,
                        reader.GetString(0),
                        "Grant it again as in the file of the SQL package that creates the object."
                    )
                    : new(ErrorCodes.PrivilegesDiffer, FindingSeverity.Danger, reader.GetString(0), "Revoke it.")
            );
        return new("Privileges of callintel_app", findings);
    }

    static IEnumerable<DoctorFinding> CompareJournal(Dictionary<string, string> journal)
    {
        if (journal.Count == 0)
        {
            yield return new(
                ErrorCodes.SchemaForeign,
                FindingSeverity.Advice,
                "The schema was installed without its journal, so the doctor cannot compare its files with this SDK.",
                "Keep upgrading with the tool that installed it."
            );
            yield break;
        }
        SqlScript[] differing =
        [
            .. SqlPackage.Scripts.Where(script => journal.GetValueOrDefault(script.Name) != script.Checksum),
        ];
        foreach (SqlScript edited in differing.Where(script => script.Version is not null))
            yield return new(
                ErrorCodes.SchemaEdited,
                FindingSeverity.Danger,
                $"The file {edited.Name} differs from the file that was applied to this database.",
                "Restore the file, and put changes into a new versioned file."
            );
        int outdated = differing.Count(script => script.Version is null);
        if (outdated > 0)
            yield return new(
                ErrorCodes.SchemaTooOld,
                FindingSeverity.Warning,
                "Files of functions and policies that differ from those of this SDK: "
                    + $"{outdated.ToString(CultureInfo.InvariantCulture)}, for example "
                    + $"{differing.First(script => script.Version is null).Name}.",
                Migrate
            );
    }

    static async Task<Dictionary<string, string>> ReadJournalAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        Dictionary<string, string> journal = [];
        await using NpgsqlCommand command = new(
            "select name, checksum from callintel_private.schema_journal",
            connection
        );
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            journal.Add(reader.GetString(0), reader.GetString(1));
        return journal;
    }
}

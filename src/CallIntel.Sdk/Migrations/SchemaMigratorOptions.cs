namespace CallIntel.Sdk.Migrations;

/// <summary>What <see cref="SchemaMigrator"/> installs beside the schema.</summary>
public sealed class SchemaMigratorOptions
{
    /// <summary>Whether the database is one of Supabase, where PostgREST's roles shall read under the same policies as applications.</summary>
    /// <value>
    /// The default is false. Once it was true, a database stays in this mode: its files are applied again by every migration that applies
    /// anything, whatever stands here. Where it is true they are applied every time, which takes back what was granted to API roles meanwhile.
    /// </value>
    public bool Supabase { get; set; }
}

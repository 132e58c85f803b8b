namespace CallIntel.Sdk.Migrations;

/// <summary>What <see cref="SchemaMigrator"/> installs beside the schema.</summary>
public sealed class SchemaMigratorOptions
{
    /// <summary>
    /// Whether the database is one of Supabase, where PostgREST's roles shall read under the same policies as
    /// applications.
    /// </summary>
    /// <value>
    /// The default is false. Once it was true, a database stays in this mode: its files are applied again by every
    /// migration that applies anything, whatever stands here. Where it is true they are applied every time, which takes
    /// back what was granted to API roles meanwhile.
    /// </value>
    public bool Supabase { get; set; }

    /// <summary>
    /// How long the migration waits for a lock on a table. While it waits, statements of the application queue behind
    /// it.
    /// </summary>
    /// <value>
    /// The default value is 5 seconds. After it, the migration rolls back, pauses as long, and tries again.
    /// </value>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the migration tries before it fails with <c>CI0244</c>.</summary>
    /// <value>The default value is 10.</value>
    public int LockAttempts { get; set; } = 10;
}

namespace CallIntel.Sdk.Migrations;

/// <summary>Configures <see cref="SchemaMigrator"/>.</summary>
public sealed class SchemaMigratorOptions
{
    /// <summary>
    /// Whether to install Supabase mode, in which the roles of PostgREST read under the same policies as applications.
    /// </summary>
    /// <value>
    /// The default value is <see langword="false"/>. A database stays in Supabase mode once it has been installed:
    /// every migration that applies files applies the files of Supabase mode again, whatever this value is. If it is
    /// <see langword="true"/>, they are applied every time, which also revokes privileges granted to API roles in the
    /// meantime.
    /// </value>
    public bool Supabase { get; set; }

    /// <summary>
    /// How long the migration waits for a lock on a table. Statements of applications queue behind it while it waits.
    /// </summary>
    /// <value>
    /// The default value is 5 seconds. If the lock is not granted in time, the migration rolls back, pauses for the
    /// same time and tries again.
    /// </value>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The number of attempts before the migration fails with <c>CI0244</c>.</summary>
    /// <value>The default value is 10.</value>
    public int LockAttempts { get; set; } = 10;
}

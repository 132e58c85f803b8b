namespace CallIntel.Sdk.Migrations;

/// <summary>The result of a migration.</summary>
/// <param name="FromVersion">The schema version before the migration; 0 for an empty database.</param>
/// <param name="ToVersion">The schema version after the migration.</param>
/// <param name="Applied">
/// The files that were applied, in order. Empty if the database was up to date, except in Supabase mode, whose files
/// are applied every time.
/// </param>
public sealed record MigrationReport(int FromVersion, int ToVersion, IReadOnlyList<string> Applied);

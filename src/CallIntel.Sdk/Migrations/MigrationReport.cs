namespace CallIntel.Sdk.Migrations;

/// <summary>What a migration did.</summary>
/// <param name="FromVersion">The version found; 0 for an empty database.</param>
/// <param name="ToVersion">The version now.</param>
/// <param name="Applied">
/// The files that ran, in order. Empty if nothing was to do, but for the files of Supabase mode, which run each time.
/// </param>
public sealed record MigrationReport(int FromVersion, int ToVersion, IReadOnlyList<string> Applied);

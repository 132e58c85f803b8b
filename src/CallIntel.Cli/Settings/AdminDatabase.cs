using Npgsql;

namespace CallIntel.Cli.Settings;

/// <summary>Connects to the database for operations: <c>migrate</c>, <c>partitions</c> and <c>doctor</c>.</summary>
static class AdminDatabase
{
    internal static NpgsqlDataSource Open(CliSettings settings)
    {
        if (settings.AdminConnectionString is null)
            throw SettingsReader.Wrong(
                "The connection string for operations is not set.",
                "Set CALLINTEL_ADMIN_CONNECTION, or adminConnectionString in the options file."
            );
        try
        {
            // error details of PostgreSQL quote row values
            return NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(settings.AdminConnectionString)
                {
                    IncludeErrorDetail = false,
                    Pooling = false,
                }
            );
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw SettingsReader.Wrong(
                "The connection string for operations is not valid.",
                "Use the format of Npgsql: Host=...;Username=...;Password=...;Database=..."
            );
        }
    }
}

using Npgsql;

namespace CallIntel.Cli.Settings;

/// <summary>The database as operations reach it.</summary>
static class AdminDatabase
{
    internal static NpgsqlDataSource Open(CliSettings settings)
    {
        if (settings.AdminConnectionString is null)
            throw SettingsReader.Wrong(
                "There is no connection string of operations.",
                "Set CALLINTEL_ADMIN_CONNECTION, or adminConnectionString in the options file."
            );
        try
        {
            // details quote row values
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
                "The connection string of operations is none.",
                "Write it as Npgsql has it: Host=...;Username=...;Password=...;Database=..."
            );
        }
    }
}

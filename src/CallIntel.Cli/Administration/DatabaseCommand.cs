using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel db password</c>: sets the password of the application's login.</summary>
static class DatabaseCommand
{
    internal static Command Create() =>
        new("db", "Manage the login of the application.")
        {
            CommandLine.Create(
                "password",
                "Set the password of callintel_app to the one in CALLINTEL_CONNECTION. It is sent as a SCRAM verifier, "
                    + "never as text.",
                RunAsync
            ),
        };

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        string? password;
        try
        {
            password = new NpgsqlConnectionStringBuilder(settings.ConnectionString).Password;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            password = null;
        }
        if (string.IsNullOrEmpty(password))
            throw SettingsReader.Wrong(
                "The connection string of the application is not set, is not valid, or has no password.",
                "Set CALLINTEL_CONNECTION, or connectionString in the options file, to the login of callintel_app with "
                    + "the password that it is to have."
            );
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        await new CallIntelOperations(admin).SetAppPasswordAsync(password, cancellationToken).ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, new { Role = "callintel_app" }, console =>
            console.WriteLine("The password of callintel_app is set.")
        );
    }
}

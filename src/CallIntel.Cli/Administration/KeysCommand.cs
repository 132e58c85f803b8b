using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel keys init</c>: creates the signing keys and the root keys of a deployment.</summary>
static class KeysCommand
{
    internal static Command Create() =>
        new("keys", "Manage the keys of a deployment.")
        {
            CommandLine.Create(
                "init",
                "Create the signing-key file and the key ring that the settings name, if they do not exist, and "
                    + "install the signing keys in the database if CALLINTEL_ADMIN_CONNECTION is set.",
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
        string signingFile = settings.SigningKeyFile
            ?? throw SettingsReader.Wrong(
                "The signing-key file is not set.",
                "Set CALLINTEL_SIGNING_KEY_FILE, or signingKeyFile in the options file, to the file to create."
            );
        string ringFile = settings.KeyRingFile
            ?? throw SettingsReader.Wrong(
                "The key ring is not set.",
                "Set CALLINTEL_KEY_RING_FILE, or keyRingFile in the options file, to the file to create."
            );
        KeyRingProtection protection = ApplicationDatabase.ProtectionOf(settings);
        bool signingCreated = !File.Exists(signingFile),
            ringCreated = !File.Exists(ringFile);
        MakeFolder(signingFile);
        MakeFolder(ringFile);
        if (signingCreated)
            new SigningKeyRing(SigningKey.Create(1)).Save(signingFile);
        SigningKeyRing keys = SigningKeyRing.Load(signingFile);
        using (
            ringCreated
                ? KeyRingFileProvider.Create(ringFile, protection)
                : KeyRingFileProvider.Open(ringFile, protection)
        ) { }
        bool installs = settings.AdminConnectionString is not null;
        if (installs)
        {
            await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
            await new CallIntelOperations(admin).InstallSigningKeysAsync(keys, cancellationToken).ConfigureAwait(false);
        }
        return new Outcome(
            ExitCode.Ok,
            new
            {
                SigningKeyFile = Path.GetFullPath(signingFile),
                SigningKeysCreated = signingCreated,
                KeyRingFile = Path.GetFullPath(ringFile),
                KeyRingCreated = ringCreated,
                Installed = installs,
            },
            console =>
            {
                console.WriteLine($"{signingFile}: {(signingCreated ? "created" : "exists")}");
                console.WriteLine($"{ringFile}: {(ringCreated ? "created" : "exists")}");
                console.WriteLine(
                    installs
                        ? "The signing keys are installed in the database."
                        : "Set CALLINTEL_ADMIN_CONNECTION and run the command again to install the signing keys in the "
                            + "database."
                );
                if (ringCreated)
                    console.WriteLine(
                        "Back up the key ring apart from the database. Without it, nobody can read the content again."
                    );
            }
        );
    }

    /// <summary>Creates the folder of a file, for its user only.</summary>
    static void MakeFolder(string file)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
    }
}

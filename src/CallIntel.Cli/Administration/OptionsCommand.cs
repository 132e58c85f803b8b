using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel options sample</c>: prints an options file to start from.</summary>
static class OptionsCommand
{
    const string Sample = """
        {
          // For operations: migrate, partitions, doctor, keys init, db password. Leave it out on hosts of applications.
          "adminConnectionString": "Host=localhost;Database=callintel;Username=postgres;Password=...",
          // For import, health, org, member, source and shred: the login that applications use.
          "connectionString": "Host=localhost;Database=callintel;Username=callintel_app;Password=...",
          // direct, transactionPooler or transactionPoolerWithoutPreparedStatements
          "connectionMode": "direct",
          // Relative paths are relative to this file. "callintel keys init" creates both files.
          "signingKeyFile": "keys/signing-keys.json",
          "keyRingFile": "keys/key-ring.json",
          // How the key ring is protected: by a passphrase, by a key in an environment variable ("keyRingVariable"), or
          // by the file mode alone ("keyRingProtection": "none").
          "keyRingPassphrase": "...",
          // Whom import and health act as. "callintel org create" prints both.
          "org": "00000000-0000-0000-0000-000000000000",
          "member": "00000000-0000-0000-0000-000000000000",
          // A regular expression that matches the own lines, for formats that do not contain them.
          "ownLines": "^(\\+4532\\d{6}|\\d{3})$"
        }

        """;

    internal static Command Create() =>
        new("options", "Help with the options file.")
        {
            CommandLine.Create(
                "sample",
                "Print an options file with comments. Save it with mode 0600 and replace the values.",
                RunAsync
            ),
        };

    static Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    ) => Task.FromResult(new Outcome(ExitCode.Ok, new { Sample }, _ => Console.Out.Write(Sample)));
}

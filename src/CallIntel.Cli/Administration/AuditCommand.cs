using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel audit</c>: seals, verifies and exports the audit log and the access ledger.</summary>
static class AuditCommand
{
    internal static readonly Option<string> Keys = new("--keys")
    {
        Description = "The file with the seal keys. To verify, a copy without private keys is enough.",
        Required = true,
    };

    internal static readonly Option<string?> Checkpoints = new("--checkpoints")
    {
        Description = "The directory of the checkpoint sink, outside of the database server.",
    };

    static readonly Option<string> Name = new("--name")
    {
        Description = "The name of the new key, such as example.org/callintel/2026.",
        Required = true,
    };

    static readonly Option<string?> PublicKeys = new("--public")
    {
        Description = "Also write a copy without private keys to this file, for those who verify.",
    };

    internal static Command Create() =>
        new("audit", "Seal, verify and export the audit log and the access ledger.")
        {
            CommandLine.Create(
                "verify",
                "Find entries that were changed, removed, added or moved after they were sealed, even by a superuser, "
                    + "and rollbacks of the database. Connects as operations. Exit code 1: something was found.",
                VerifyAsync,
                Keys,
                Checkpoints,
                CommandLine.Org
            ),
            AuditExport.Create(),
            CommandLine.Create(
                "seal",
                "Seal the entries of all orgs and deliver the checkpoints, as an operations worker does.",
                SealAsync,
                Keys,
                Checkpoints
            ),
            CommandLine.Create(
                "new-key",
                "Create a seal key (ECDSA P-256). An existing file keeps its former keys to verify with.",
                NewKeyAsync,
                Keys,
                Name,
                PublicKeys
            ),
        };

    internal static ICheckpointSink? OpenSink(ParseResult arguments) =>
        arguments.GetValue(Checkpoints) is { } directory ? new FileCheckpointSink(directory) : null;

    static async Task<Outcome> VerifyAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        SealKeyRing keys = SealKeyRing.Load(arguments.GetValue(Keys)!);
        OrgId org = new(ApplicationDatabase.ParseId(settings.For(arguments).Org?.ToString(), "org"));
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        AuditVerification result = await output
            .ShowStatusAsync("Verifying", () =>
                new CallIntelOperations(admin).VerifyLedgersAsync(org, keys, OpenSink(arguments), cancellationToken)
            )
            .ConfigureAwait(false);
        return new Outcome(
            result.IsIntact ? ExitCode.Ok : ExitCode.Findings,
            new
            {
                Org = org.Value,
                result.IsIntact,
                result.Entries,
                result.Pending,
                result.Checkpoints,
                result.SealedAt,
                result.IsComparedWithSink,
                result.RetiredMonths,
                Findings = result.Findings.Select(f => new
                {
                    Kind = f.Kind.ToString(),
                    f.Month,
                    Ledger = f.Ledger.ToString(),
                    f.EntryId,
                    f.Position,
                    f.Description,
                }),
            },
            console =>
            {
                console.WriteLine(
                    $"{result.Entries} entries and {result.Checkpoints} checkpoints verified, {result.Pending} entries "
                        + "not sealed yet."
                );
                if (!result.IsComparedWithSink)
                    console.WriteLine("Not compared with a checkpoint sink: a rollback cannot be found.");
                foreach (AuditFinding finding in result.Findings)
                    console.WriteLine($"{finding.Kind}: {finding.Description}");
                console.WriteLine(result.IsIntact ? "Intact." : $"{result.Findings.Count} findings.");
            }
        );
    }

    static async Task<Outcome> SealAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        SealKeyRing keys = SealKeyRing.Load(arguments.GetValue(Keys)!);
        await using NpgsqlDataSource admin = AdminDatabase.Open(settings);
        CallIntelOperations operations = new(admin);
        LedgerSealReport report = await output
            .ShowStatusAsync("Sealing", () => operations.SealLedgersAsync(keys, OpenSink(arguments), cancellationToken))
            .ConfigureAwait(false);
        LedgerSealState state = await operations.GetLedgerSealStateAsync(cancellationToken).ConfigureAwait(false);
        return new Outcome(
            ExitCode.Ok,
            new
            {
                report.Entries,
                report.Checkpoints,
                report.Published,
                LagSeconds = (long)state.Lag.TotalSeconds,
                state.Unpublished,
                UnpublishedSeconds = (long)state.UnpublishedAge.TotalSeconds,
            },
            console =>
                console.WriteLine(
                    $"{report.Entries} entries sealed, {report.Published} checkpoints delivered. "
                        + $"Lag: {(long)state.Lag.TotalSeconds} s."
                )
        );
    }

    static Task<Outcome> NewKeyAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        string file = arguments.GetValue(Keys)!;
        SealKey key = SealKey.Create(arguments.GetValue(Name)!);
        SealKeyRing ring = File.Exists(file) ? SealKeyRing.Load(file).Rotate(key) : new SealKeyRing(key);
        ring.Save(file);
        if (arguments.GetValue(PublicKeys) is { } copy)
            ring.WithoutPrivateKeys().Save(copy);
        return Task.FromResult(
            new Outcome(ExitCode.Ok, new { key.Name, Keys = ring.Keys.Count }, console =>
                console.WriteLine($"{key.Name} signs from now on; {ring.Keys.Count} keys in the ring.")
            )
        );
    }
}

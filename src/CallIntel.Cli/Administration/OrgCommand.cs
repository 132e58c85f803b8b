using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel org create|export|delete</c>.</summary>
static class OrgCommand
{
    static readonly Argument<string> Name = new("name") { Description = "The name of the org." };

    static readonly Argument<string> Folder = new("folder")
    {
        Description = "The folder to write to. It is created if it does not exist.",
    };

    static readonly Option<string?> Confirm = new("--confirm")
    {
        Description = "The name or the id of the org, to confirm that it is to be deleted permanently.",
    };

    static readonly Option<string?> Purpose = ShredCommand.PurposeOption(
        "The purpose, which the access ledger records. Required. One of: "
    );

    internal static Command Create() =>
        new("org", "Manage orgs.")
        {
            CommandLine.Create(
                "create",
                "Create an org, whose owner is the member of --member. Without --org and --member, the ids are random; "
                    + "they are printed.",
                RunAsync,
                Name,
                CommandLine.Org,
                CommandLine.Member
            ),
            CommandLine.Create(
                "export",
                "Write everything that the member can read to two files: events.vcon.jsonl with the events, and "
                    + "records.jsonl with contacts, members, lines and settings. The files are not encrypted.",
                ExportAsync,
                Folder,
                Purpose,
                CommandLine.Org,
                CommandLine.Member
            ),
            CommandLine.Create(
                "delete",
                "Delete an org, its keys and all its data. This cannot be undone. An interrupted deletion continues "
                    + "when the command is repeated. Only an owner can do this.",
                DeleteAsync,
                Confirm,
                CommandLine.Org,
                CommandLine.Member
            ),
        };

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        string name = arguments.GetRequiredValue(Name);
        if (string.IsNullOrWhiteSpace(name))
            throw SettingsReader.Wrong("The org has no name.", "Pass a name.");
        // Not those of the environment, which belong to an org that exists.
        settings = settings with
        {
            Org = arguments.GetValue(CommandLine.Org) ?? ApplicationDatabase.RandomId(),
            Member = arguments.GetValue(CommandLine.Member) ?? ApplicationDatabase.RandomId(),
        };
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings);
        OrgIdentity owner = await database.CreateOrgAsync(name, cancellationToken).ConfigureAwait(false);
        return new Outcome(
            ExitCode.Ok,
            new
            {
                Name = name,
                Org = owner.Org.ToString(),
                Owner = owner.Member.ToString(),
            },
            console =>
            {
                console.WriteLine($"org    {owner.Org}");
                console.WriteLine($"owner  {owner.Member}");
                console.WriteLine("Set CALLINTEL_ORG and CALLINTEL_MEMBER to them to act as the owner.");
            }
        );
    }

    static async Task<Outcome> ExportAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        string folder = arguments.GetRequiredValue(Folder);
        AccessPurpose purpose = ShredCommand.ParsePurpose(arguments.GetValue(Purpose), Purpose);
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments), purpose);
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        Directory.CreateDirectory(folder);
        OrgExportReport report;
        await using (FileStream events = CreateFile(Path.Combine(folder, "events.vcon.jsonl")))
        await using (FileStream records = CreateFile(Path.Combine(folder, "records.jsonl")))
            report = await OrgExporter.WriteAsync(session, events, records, cancellationToken).ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, report, console =>
        {
            console.WriteLine($"{report.Events} events and {report.Records} other records were written to {folder}.");
            if (report.Unopened > 0)
                console.WriteLine($"{report.Unopened} events are incomplete, because their keys were destroyed.");
        });
    }

    /// <summary>Refuses to replace a file, and lets nobody else read it.</summary>
    static FileStream CreateFile(string path)
    {
        if (File.Exists(path))
            throw SettingsReader.Wrong($"{path} already exists.", "Choose an empty folder.");
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    static async Task<Outcome> DeleteAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        if (arguments.GetValue(Confirm) is not { } confirmation)
            throw SettingsReader.Wrong(
                "Deleting an org cannot be undone.",
                "Export what you want to keep, then pass the name or the id of the org with --confirm."
            );
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        long rows = await session
            .Organization.DeleteOrgAsync(confirmation, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, new { Org = session.Identity.Org.ToString(), RowsDeleted = rows }, console =>
            console.WriteLine($"The org {session.Identity.Org} is deleted: its keys and {rows} rows.")
        );
    }
}

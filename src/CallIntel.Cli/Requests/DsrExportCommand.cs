using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.SubjectRequests;
using Spectre.Console;

namespace CallIntel.Cli.Requests;

/// <summary><c>callintel dsr export</c>: writes the archive that answers a request for access or portability.</summary>
static class DsrExportCommand
{
    internal static readonly Option<string> To = new("--to")
    {
        Description = "The file to write. It must not exist.",
        Required = true,
    };

    internal static readonly Option<string> KeyFile = new("--key-file")
    {
        Description = "The file for the key of the archive (mode 0600). The key is not stored anywhere else.",
        Required = true,
    };

    static readonly Option<string> Facts = new("--facts")
    {
        Description =
            "A JSON file with the facts about the processing: controller, purposes, recipients, retention, sources, "
            + "and optionally transfers, automatedDecisions, supervisoryAuthority.",
        Required = true,
    };

    static readonly Option<int?> Days = new("--days")
    {
        Description = "After how many days the archive expires, 1 to 90. Default: 14.",
    };

    internal static Command Create() =>
        CommandLine.Create(
            "export",
            "Write everything that is stored about the person to an encrypted archive.",
            RunAsync,
            DsrCommand.Id,
            To,
            KeyFile,
            Facts,
            Days,
            CommandLine.Org,
            CommandLine.Member
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        SubjectRequestId id = DsrCommand.ParseId(arguments);
        if (arguments.GetValue(Days) is { } days && days is < 1 or > 90)
            throw SettingsReader.Wrong("The number of days is out of range.", Days.Description!);
        ProcessingFacts facts = ParseFacts(
            await DsrCommand.ReadTextAsync(arguments.GetRequiredValue(Facts), cancellationToken).ConfigureAwait(false)
                ?? ""
        );
        SubjectExportOptions options = new(facts) { Lifetime = TimeSpan.FromDays(arguments.GetValue(Days) ?? 14) };
        await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        SubjectExportReport report = await WriteAsync(
                session,
                id,
                arguments.GetRequiredValue(To),
                arguments.GetRequiredValue(KeyFile),
                options,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new Outcome(
            ExitCode.Ok,
            new
            {
                Request = id.Value,
                report.ExpiresAt,
                report.Contacts,
                report.Events,
                report.Omissions,
            },
            console =>
            {
                console.WriteLine(
                    $"{report.Events.ToString(CultureInfo.InvariantCulture)} events of "
                        + $"{report.Contacts.ToString(CultureInfo.InvariantCulture)} contacts. "
                        + $"The archive expires at {report.ExpiresAt:u}."
                );
                foreach (ExportOmission omission in report.Omissions)
                    console.WriteLine(
                        $"Left out: {omission.What}"
                            + (omission.Count is { } count ? $" ({count.ToString(CultureInfo.InvariantCulture)})" : "")
                            + $", because {omission.Reason}."
                    );
                console.WriteLine("Send the key by another channel than the archive.");
            }
        );
    }

    /// <summary>Writes both files, or none.</summary>
    static async Task<SubjectExportReport> WriteAsync(
        OrgSession session,
        SubjectRequestId id,
        string to,
        string keyFile,
        SubjectExportOptions options,
        CancellationToken cancellationToken
    )
    {
        // The file of the key first, so that no archive is written whose key has no place.
        FileStream key = PrivateFile.Create(keyFile);
        List<string> created = [keyFile];
        try
        {
            await using (key.ConfigureAwait(false))
            {
                FileStream archive = PrivateFile.Create(to);
                created.Add(to);
                await using (archive.ConfigureAwait(false))
                {
                    SubjectExportReport report = await SubjectExporter
                        .WriteAsync(session, id, archive, options, cancellationToken)
                        .ConfigureAwait(false);
                    await key.WriteAsync(Encoding.ASCII.GetBytes(report.Key.ToText() + "\n"), cancellationToken)
                        .ConfigureAwait(false);
                    return report;
                }
            }
        }
        catch
        {
            created.ForEach(File.Delete);
            throw;
        }
    }

    static ProcessingFacts ParseFacts(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement facts = document.RootElement;
            return new ProcessingFacts
            {
                Controller = facts.GetProperty("controller").GetString()!,
                Purposes = List("purposes"),
                Recipients = List("recipients"),
                Retention = List("retention"),
                Sources = List("sources"),
                Transfers = facts.TryGetProperty("transfers", out _) ? List("transfers") : [],
                AutomatedDecisions = facts.TryGetProperty("automatedDecisions", out _)
                    ? List("automatedDecisions")
                    : [],
                SupervisoryAuthority = facts.TryGetProperty("supervisoryAuthority", out JsonElement authority)
                    ? authority.GetString()
                    : null,
            };

            List<string> List(string name) =>
                [.. facts.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw SettingsReader.Wrong("The file with the facts is incomplete or not JSON.", Facts.Description!);
        }
    }
}

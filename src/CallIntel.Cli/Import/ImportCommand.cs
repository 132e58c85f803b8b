using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Cli.Import;

/// <summary>Imports a file.</summary>
static class ImportCommand
{
    static readonly Argument<string> File = new("file")
    {
        Description = "The file, gzip or plain; for Google Voice also a zip archive or folder.",
    };

    static readonly Option<string> Source = new("--source")
    {
        Description = "The name of the source, part of its events' ids: keep it for good.",
        Required = true,
    };

    static readonly Option<string?> Format = new("--format")
    {
        Description = "What the file is. Default: told by its beginning.",
    };

    static readonly Option<string?> Mapping = new("--mapping")
    {
        Description = "What the fields of a CSV or JSON Lines file mean: a JSON file (docs/guides/import.md).",
    };

    static readonly Option<string> Stream = new("--stream")
    {
        Description = "The feed within the source.",
        DefaultValueFactory = _ => "default",
    };

    static readonly Option<string?> Kind = new("--kind")
    {
        Description = "What the source is, shown beside its health. Default: the format's name.",
    };

    static readonly Option<string?> Region = new("--region")
    {
        Description =
            "ISO 3166 country whose national number format the file uses, for example DK. Default: numbers are international.",
    };

    static readonly Option<string?> TimeZone = new("--time-zone")
    {
        Description = "IANA zone of times that name none, for example Europe/Copenhagen.",
    };

    static readonly Option<string?> LineScope = new("--line-scope")
    {
        Description = "Make a member of each own line, by this scope and the line.",
    };

    static readonly Option<bool> TimesMayChange = new("--times-may-change")
    {
        Description = "The source corrects times of its records; set it from the first import on.",
    };

    static readonly Option<string?> Rejects = new("--rejects")
    {
        Description = "Write the records that could not be stored to this file (mode 0600; personal data).",
    };

    static readonly Option<bool> DryRunOnly = new("--dry-run")
    {
        Description = "Check the file and store nothing; needs no database.",
    };

    static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Go on after the last record that was stored of this file.",
    };

    static readonly Option<int> BatchSize = new("--batch-size")
    {
        Description = "Records a transaction, 1 to 1,000,000.",
        DefaultValueFactory = _ => 20_000,
    };

    internal static Command Create()
    {
        Format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. FormatChoice.Names.Keys]);
        BatchSize.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000_000)
                result.AddError("--batch-size is not between 1 and 1,000,000.");
        });
        return CommandLine.Create(
            "import",
            "Store the records of a file, each exactly once, however often it is imported.",
            RunAsync,
            File,
            Source,
            Format,
            Mapping,
            Stream,
            Kind,
            Region,
            TimeZone,
            LineScope,
            TimesMayChange,
            Rejects,
            DryRunOnly,
            Resume,
            BatchSize,
            CommandLine.Org,
            CommandLine.Member
        );
    }

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        ImportFormat format = await FormatChoice
            .FindAsync(
                arguments.GetRequiredValue(File),
                arguments.GetValue(Format),
                arguments.GetValue(Mapping) is not null,
                cancellationToken
            )
            .ConfigureAwait(false);
        ImportRequest request = new()
        {
            Path = arguments.GetRequiredValue(File),
            Format = format,
            Source = new IngestSource(
                arguments.GetRequiredValue(Source),
                arguments.GetValue(Kind) ?? FormatChoice.NameOf(format),
                arguments.GetRequiredValue(Stream),
                arguments.GetValue(Region),
                arguments.GetValue(TimesMayChange)
            ),
            Mapping = arguments.GetValue(Mapping),
            TimeZone = arguments.GetValue(TimeZone),
            LineScope = arguments.GetValue(LineScope),
            OwnLines = settings.OwnLines,
            Rejects = arguments.GetValue(Rejects),
            BatchSize = arguments.GetRequiredValue(BatchSize),
            Resumes = arguments.GetValue(Resume),
        };
        if (string.IsNullOrWhiteSpace(request.Source.Name))
            throw SettingsReader.Wrong("The source has no name.", "Name it with --source.");
        if (
            request.Rejects is { } rejects
            && (Directory.Exists(rejects) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(rejects))))
        )
            throw SettingsReader.Wrong(
                "The file for rejects cannot be written there.",
                "Name a file in a folder that exists."
            );
        if (arguments.GetValue(DryRunOnly))
            return await ImportDryRun.RunAsync(request, output, cancellationToken).ConfigureAwait(false);
        settings = settings with
        {
            Org = arguments.GetValue(CommandLine.Org) ?? settings.Org,
            Member = arguments.GetValue(CommandLine.Member) ?? settings.Member,
        };
        return await ImportRun.RunAsync(request, settings, output, cancellationToken).ConfigureAwait(false);
    }
}

using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Importers.Sqlite;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Cli.Import;

/// <summary>Imports a file.</summary>
static class ImportCommand
{
    /// <summary>The importers of the SDK and the one of iPhone backups.</summary>
    internal static readonly ImporterRegistry Importers = ImporterRegistry.BuiltIn.Add(new IPhoneImporter());

    internal static readonly Argument<string> File = new("file")
    {
        Description = "The file, plain or compressed with gzip; for some formats also a zip archive or folder.",
    };

    static readonly Option<string> Source = new("--source")
    {
        Description = "The name of the source. The ids of its events depend on it, so keep it.",
        Required = true,
    };

    internal static readonly Option<string?> Format = new("--format")
    {
        Description =
            "The format of the file. Default: detected from the beginning of the file."
            + string.Concat(Importers.Importers.Select(i => $"\n{i.Format}: {i.Description}")),
    };

    internal static readonly Option<string?> Mapping = new("--mapping")
    {
        Description = "A JSON file that defines the fields of a CSV or JSON Lines file (docs/guides/import.md).",
    };

    static readonly Option<string> Stream = new("--stream")
    {
        Description = "The feed within the source.",
        DefaultValueFactory = _ => "default",
    };

    static readonly Option<string?> Kind = new("--kind")
    {
        Description = "The kind of the source, shown beside its health. Default: the name of the format.",
    };

    internal static readonly Option<string?> Region = new("--region")
    {
        Description =
            "The ISO 3166 country whose national number format the file uses, for example DK. "
            + "Default: numbers are international.",
    };

    internal static readonly Option<string?> TimeZone = new("--time-zone")
    {
        Description = "The IANA time zone of times without an offset, for example Europe/Copenhagen.",
    };

    static readonly Option<string?> LineScope = new("--line-scope")
    {
        Description = "Derive a member for each own line, from this scope and the line.",
    };

    static readonly Option<bool> TimesMayChange = new("--times-may-change")
    {
        Description = "The source corrects the times of its records. Set it from the first import on.",
    };

    static readonly Option<string?> Rejects = new("--rejects")
    {
        Description = "Write the rejected records to this file (mode 0600; contains personal data).",
    };

    static readonly Option<bool> DryRunOnly = new("--dry-run")
    {
        Description = "Check the file without storing anything. Requires no database.",
    };

    static readonly Option<bool> Explain = new("--explain")
    {
        Description = "With --dry-run: say for each sample how its direction and the own side were decided.",
    };

    static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Continue after the last stored record of this file.",
    };

    static readonly Option<int> BatchSize = new("--batch-size")
    {
        Description = "The number of records in a transaction, from 1 to 1,000,000.",
        DefaultValueFactory = _ => 20_000,
    };

    internal static Command Create()
    {
        Format.AcceptOnlyFromAmong(
            StringComparer.OrdinalIgnoreCase,
            [.. Importers.Importers.Select(importer => importer.Format)]
        );
        BatchSize.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000_000)
                result.AddError("--batch-size must be between 1 and 1,000,000.");
        });
        return CommandLine.Create(
            "import",
            "Store the records of a file. Importing a record again never creates a duplicate.",
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
            Explain,
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
        if (arguments.GetValue(Explain) && !arguments.GetValue(DryRunOnly))
            throw SettingsReader.Wrong("--explain explains a dry run.", "Add --dry-run, or leave out --explain.");
        if (string.IsNullOrWhiteSpace(arguments.GetRequiredValue(Source)))
            throw SettingsReader.Wrong("The source has no name.", "Name it with --source.");
        await using RecordFile file = await RecordFile
            .OpenAsync(arguments.GetRequiredValue(File), cancellationToken)
            .ConfigureAwait(false);
        FileImportOptions options = new()
        {
            Importers = Importers,
            Format = arguments.GetValue(Format),
            MappingFile = arguments.GetValue(Mapping),
            TimeZone = arguments.GetValue(TimeZone),
            LineScope = arguments.GetValue(LineScope),
            OwnLines = settings.OwnLines,
        };
        options.Format = FormatChoice.Find(file, options).Format;
        ImportRequest request = new()
        {
            File = file,
            Options = options,
            Source = SourceOf(arguments, options.Format),
            Rejects = arguments.GetValue(Rejects),
            Explains = arguments.GetValue(Explain),
            BatchSize = arguments.GetRequiredValue(BatchSize),
            Resumes = arguments.GetValue(Resume),
        };
        if (
            request.Rejects is { } rejects
            && (Directory.Exists(rejects) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(rejects))))
        )
            throw SettingsReader.Wrong(
                "The file of --rejects is a folder, or is in a folder that does not exist.",
                "Name a file in an existing folder."
            );
        if (arguments.GetValue(DryRunOnly))
            return await ImportDryRun.RunAsync(request, output, cancellationToken).ConfigureAwait(false);
        return await ImportRun
            .RunAsync(request, settings.For(arguments), output, cancellationToken)
            .ConfigureAwait(false);
    }

    static IngestSource SourceOf(ParseResult arguments, string format)
    {
        try
        {
            return new IngestSource(
                arguments.GetRequiredValue(Source),
                arguments.GetValue(Kind) ?? format,
                arguments.GetRequiredValue(Stream),
                arguments.GetValue(Region),
                arguments.GetValue(TimesMayChange)
            );
        }
        catch (CallIntelException e) when (e.Code == ErrorCodes.InvalidMapping)
        {
            throw SettingsReader.Wrong(
                "The value of --region is not a known country.",
                "Use the two-letter ISO 3166 code, for example US, GB or DK."
            );
        }
    }
}

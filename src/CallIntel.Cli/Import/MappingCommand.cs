using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Cli.Import;

/// <summary><c>callintel mapping init</c>: proposes a mapping for a CSV or JSON file.</summary>
static class MappingCommand
{
    static readonly Argument<string> File = new("file")
    {
        Description = "The CSV or JSON file, plain or compressed with gzip.",
    };

    internal static Command Create() =>
        new("mapping", "Work with mapping files, which define the fields of a CSV or JSON file.")
        {
            CommandLine.Create(
                "init",
                "Propose a mapping for a CSV or JSON file, and print it. Check it, and pass it to import --mapping.",
                InitAsync,
                File
            ),
        };

    static async Task<Outcome> InitAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        await using RecordFile file = await RecordFile
            .OpenAsync(arguments.GetRequiredValue(File), cancellationToken)
            .ConfigureAwait(false);
        string mapping = MappingProposal.ForCsv(file)
            ?? await MappingProposal.ForJsonAsync(file, cancellationToken).ConfigureAwait(false)
            ?? throw SettingsReader.Wrong(
                "The file is neither a CSV file with a header line nor a JSON file with records.",
                "Write the mapping by hand; docs/guides/import.md describes it."
            );
        // Written as it is, because the console would wrap lines.
        return new Outcome(ExitCode.Ok, new { Mapping = mapping }, _ => Console.Out.Write(mapping));
    }
}

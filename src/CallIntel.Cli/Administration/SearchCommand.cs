using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Search;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel search enable|disable|status</c>.</summary>
static class SearchCommand
{
    static readonly Option<SearchLanguage> Language = new("--language")
    {
        Description =
            "The language of most contents. Another one than before indexes all contents again. Default: English. "
            + $"One of: {string.Join(", ", Enum.GetNames<SearchLanguage>())}.",
        DefaultValueFactory = _ => SearchLanguage.English,
    };

    internal static Command Create() =>
        new("search", "Manage the text search of an org.")
        {
            CommandLine.Create(
                "enable",
                "Turn text search on. A worker indexes all contents, and new ones within seconds. The index contains "
                    + "keyed hashes of words. Only an owner or admin can do this.",
                EnableAsync,
                Language,
                CommandLine.Org,
                CommandLine.Member
            ),
            CommandLine.Create(
                "disable",
                "Turn text search off at once, and let a worker delete the index. Only an owner or admin can do this.",
                DisableAsync,
                CommandLine.Org,
                CommandLine.Member
            ),
            CommandLine.Create(
                "status",
                "Show how far the contents of the org are indexed.",
                ShowAsync,
                CommandLine.Org,
                CommandLine.Member
            ),
        };

    static async Task<Outcome> EnableAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        SearchLanguage language = arguments.GetValue(Language);
        if (!Enum.IsDefined(language))
            throw SettingsReader.Wrong("The language is unknown.", "callintel search enable --help lists them.");
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        JobId job = await session.Search.EnableTextAsync(language, cancellationToken).ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, new { Language = language.ToString(), Job = job.Value }, console =>
            console.WriteLine($"Text search is on ({language}). A worker indexes the contents.")
        );
    }

    static async Task<Outcome> DisableAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await session.Search.DisableTextAsync(cancellationToken).ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, new { IsEnabled = false }, console =>
            console.WriteLine("Text search is off. A worker deletes the index.")
        );
    }

    static async Task<Outcome> ShowAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        SearchIndexState index = await session.Search.ReadIndexAsync(cancellationToken).ConfigureAwait(false);
        return new Outcome(
            ExitCode.Ok,
            new
            {
                index.IsEnabled,
                Language = index.IsEnabled ? index.Language.ToString() : null,
                index.IsComplete,
                index.IndexedAt,
            },
            console => Show(console, index)
        );
    }

    static void Show(IAnsiConsole console, SearchIndexState index)
    {
        if (!index.IsEnabled)
            console.WriteLine("Text search is off. An owner or admin turns it on with callintel search enable.");
        else
            console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Text search is on ({index.Language}). Indexed up to {index.IndexedAt:u}; "
                        + $"complete: {index.IsComplete}."
                )
            );
    }
}

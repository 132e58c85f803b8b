using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Search;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel ask QUESTION</c>.</summary>
static class AskCommand
{
    static readonly Argument<string> Question = new("question")
    {
        Description = "The question in English, for example \"missed calls by agent last week\".",
    };

    static readonly Option<string?> Zone = new("--time-zone")
    {
        Description = "The time zone of the question, for example Europe/Copenhagen. Default: that of the org.",
    };

    internal static Command Create() =>
        CommandLine.Create(
            "ask",
            "Answer a question in plain English from the dashboards and the search of the member. Exit code 1 if it is "
                + "not understood or cannot be answered.",
            RunAsync,
            Question,
            Zone,
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
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        QuestionAnswer answer = await session
            .Questions.AskAsync(
                arguments.GetRequiredValue(Question),
                new QuestionOptions { TimeZone = arguments.GetValue(Zone) },
                cancellationToken
            )
            .ConfigureAwait(false);
        return new Outcome(
            answer.IsAnswered ? ExitCode.Ok : ExitCode.Findings,
            new
            {
                answer.Restatement,
                answer.Assumptions,
                Refusal = answer.Refusal is { } refusal
                    ? new
                    {
                        Reason = refusal.Reason.ToString(),
                        refusal.Message,
                        refusal.Suggestions,
                    }
                    : null,
                Unit = answer.IsAnswered && answer.Rows.Count > 0 ? answer.Unit.ToString() : null,
                answer.Currency,
                Rows = answer.Rows.Select(row => new
                {
                    row.Label,
                    row.Start,
                    row.Value,
                    row.Comparison,
                }),
                Citations = answer.Citations.Select(hit => new
                {
                    hit.Event.Id,
                    hit.Event.OccurredAt,
                    Channel = hit.Event.Channel.ToString(),
                    Snippets = hit.Snippets.Select(snippet => snippet.Text),
                }),
                answer.AsOf,
                State = answer.WorstState.ToString(),
            },
            console => Show(console, answer)
        );
    }

    static void Show(IAnsiConsole console, QuestionAnswer answer)
    {
        if (answer.Restatement is { } restatement)
            console.WriteLine(restatement);
        foreach (string assumption in answer.Assumptions)
            console.WriteLine(assumption);
        if (answer.Refusal is { } refusal)
        {
            console.WriteLine(refusal.Message);
            foreach (string suggestion in refusal.Suggestions)
                console.WriteLine($"  {suggestion}");
            return;
        }
        foreach (QuestionRow row in answer.Rows)
        {
            string start = row.Start is { } time
                ? time.ToString("yyyy-MM-dd HH:mm  ", CultureInfo.InvariantCulture)
                : "";
            string label = row.Label is { } text ? $"{Printable(text)}  " : "";
            string before = answer.Plan!.Comparison is null ? "" : $"  (before: {Value(row.Comparison, answer)})";
            console.WriteLine($"  {start}{label}{Value(row.Value, answer)}{before}");
        }
        foreach (SearchHit hit in answer.Citations)
        {
            console.WriteLine(
                FormattableString.Invariant($"  {hit.Event.OccurredAt:yyyy-MM-dd HH:mm} {hit.Event.Channel}")
            );
            foreach (SearchSnippet snippet in hit.Snippets)
                console.WriteLine($"    {Printable(snippet.Text)}");
        }
        if (answer.Rows.Count + answer.Citations.Count == 0)
            console.WriteLine("  Nothing was found.");
    }

    /// <summary>Texts come from outside, and a terminal would obey escape sequences in them.</summary>
    static string Printable(string text) => string.Create(text.Length, text, (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });

    static string Value(double? value, QuestionAnswer answer) =>
        (value, answer.Unit) switch
        {
            (null, _) => "-",
            ({ } share, QuestionUnit.Share) => share.ToString("0.0%", CultureInfo.InvariantCulture),
            ({ } seconds, QuestionUnit.Seconds) => TimeSpan
                .FromSeconds(Math.Round(seconds))
                .ToString("c", CultureInfo.InvariantCulture),
            ({ } amount, QuestionUnit.Money) => amount.ToString("N2", CultureInfo.InvariantCulture)
                + $" {answer.Currency}",
            ({ } count, _) => count.ToString("N0", CultureInfo.InvariantCulture),
        };
}

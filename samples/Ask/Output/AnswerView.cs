using System.Globalization;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Search;
using Spectre.Console;

namespace CallIntel.Ask.Output;

/// <summary>Prints an answer: the restatement, what was assumed, and the rows as a table with bars.</summary>
static class AnswerView
{
    const int BarWidth = 30;

    public static string[] Examples { get; } =
    [
        "How many calls did we miss between 12 and 18 January 2026, compared to the week before?",
        "and by agent?",
        "calls per day in January 2026",
        "top 5 callers in January 2026",
        "What time of day do most calls come in, in January 2026?",
        "texts about dinner in January 2026",
    ];

    public static void Show(IAnsiConsole console, string question, QuestionAnswer answer)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{question}[/]");
        if (answer.Restatement is { } restatement)
            console.MarkupLineInterpolated($"   [grey]{restatement}[/]");
        foreach (string assumption in answer.Assumptions)
            console.MarkupLineInterpolated($"   [grey]{assumption}[/]");
        if (answer.Refusal is { } refusal)
        {
            console.MarkupLineInterpolated($"   [yellow]{refusal.Message}[/]");
            foreach (string suggestion in refusal.Suggestions)
                console.MarkupLineInterpolated($"   [grey]- {suggestion}[/]");
            return;
        }
        if (answer.Chart is QuestionChart.Number && answer.Rows is [var only])
            console.MarkupLineInterpolated($"   [green]{Value(only.Value, answer.Unit)}[/]{Comparison(only, answer)}");
        else if (answer.Plan!.Metric is QuestionMetric.Matches)
            ShowCitations(console, answer);
        else
            console.Write(Rows(answer));
        console.MarkupLineInterpolated(
            $"   [grey]As of {answer.AsOf:yyyy-MM-dd HH:mm} UTC; sources: {answer.WorstState}[/]"
        );
    }

    static void ShowCitations(IAnsiConsole console, QuestionAnswer answer)
    {
        if (answer.Citations.Count == 0)
            console.MarkupLine("   [yellow]Nothing was found.[/]");
        foreach (SearchHit hit in answer.Citations)
        {
            console.MarkupLineInterpolated($"   [green]{hit.Event.OccurredAt:ddd d MMM HH:mm} {hit.Event.Channel}[/]");
            foreach (SearchSnippet snippet in hit.Snippets)
                console.WriteLine($"      {Printable(snippet.Text)}");
        }
    }

    /// <summary>Texts come from outside, and a terminal would obey escape sequences in them.</summary>
    static string Printable(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);

    static Table Rows(QuestionAnswer answer)
    {
        bool labels = answer.Rows.Any(row => row.Label is not null),
            times = answer.Rows.Any(row => row.Start is not null),
            compares = answer.Plan!.Comparison is not null;
        Table table = new Table().Border(TableBorder.Simple).HideHeaders();
        foreach (bool isShown in (bool[])[labels, times, true, compares, true])
            if (isShown)
                table.AddColumn("");
        double most = answer.Rows.Max(row => row.Value ?? 0);
        foreach (QuestionRow row in answer.Rows)
        {
            List<string> cells = [];
            if (labels)
                cells.Add(row.Label ?? "");
            if (times)
                cells.Add(row.Start?.ToString("ddd d MMM HH:mm", CultureInfo.InvariantCulture) ?? "");
            cells.Add(Value(row.Value, answer.Unit));
            if (compares)
                cells.Add(Comparison(row, answer));
            cells.Add(new string('█', most > 0 ? (int)Math.Round((row.Value ?? 0) / most * BarWidth) : 0));
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }
        return table;
    }

    static string Comparison(QuestionRow row, QuestionAnswer answer) =>
        answer.Plan!.Comparison is null ? ""
        : row.Change is { } change
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" (before: {Value(row.Comparison, answer.Unit)}, {change:+0%;-0%;0%})"
            )
        : $" (before: {Value(row.Comparison, answer.Unit)})";

    static string Value(double? value, QuestionUnit unit) =>
        (value, unit) switch
        {
            (null, _) => "-",
            ({ } share, QuestionUnit.Share) => share.ToString("0.0%", CultureInfo.InvariantCulture),
            ({ } seconds, QuestionUnit.Seconds) => TimeSpan
                .FromSeconds(Math.Round(seconds))
                .ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture),
            ({ } count, _) => count.ToString("N0", CultureInfo.InvariantCulture),
        };
}

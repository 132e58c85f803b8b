using CallIntel.Study;
using Spectre.Console;

namespace CallIntel.Isolation.Output;

/// <summary>Prints the attempts and their results.</summary>
static class AttemptsView
{
    public static void Show(IAnsiConsole console, string number, IReadOnlyList<Attempt> attempts)
    {
        console.MarkupLineInterpolated(
            $"[bold]{number}. Attempts to read data of {DemoOrg.Odd.Name} in the application of {DemoOrg.Even.Name}[/]"
        );
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("Actor", "Attempt", "Result");
        foreach (Attempt attempt in attempts)
            table.AddRow(
                new Text(attempt.Who),
                new Text(attempt.Tried),
                new Text(attempt.Happened, attempt.Held ? Color.Green : Color.Red)
            );
        console.Write(table);
        long foreign = attempts.Sum(attempt => attempt.ForeignRows);
        console.MarkupLineInterpolated(
            $"Rows that the actor must not see: [bold]{foreign}[/] in {attempts.Count} attempts."
        );
    }
}

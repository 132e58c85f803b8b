using Spectre.Console;

namespace CallIntel.Quickstart;

/// <summary>Prints what was tried and what happened.</summary>
static class AttemptsView
{
    public static void Show(IAnsiConsole screen, IReadOnlyList<Attempt> attempts)
    {
        screen.MarkupLineInterpolated(
            $"[bold]4. What {DemoOrg.Even.Name} and whoever breaks into its application see of {DemoOrg.Odd.Name}[/]"
        );
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("Who", "Tried", "What happened");
        foreach (Attempt attempt in attempts)
            table.AddRow(
                new Text(attempt.Who),
                new Text(attempt.Tried),
                new Text(attempt.Happened, attempt.Held ? Color.Green : Color.Red)
            );
        screen.Write(table);
        long foreign = attempts.Sum(attempt => attempt.ForeignRows);
        screen.MarkupLineInterpolated(
            $"Rows seen that must not be seen: [bold]{foreign}[/], in {attempts.Count} attempts."
        );
    }
}

using System.Globalization;
using CallIntel.Sdk.Ingestion;
using Spectre.Console;

namespace CallIntel.Cli.Demo;

/// <summary>Prints the figures as tables and bars.</summary>
static class DemoView
{
    const int MostBars = 24;

    internal static void Show(IAnsiConsole console, string format, IngestReport report, DemoFigures? figures)
    {
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{format}: {report.Read:N0} records read, {report.Inserted:N0} stored, "
                    + $"{report.Duplicate:N0} duplicate, {report.Rejected:N0} rejected, "
                    + $"in {report.Elapsed.TotalSeconds:0.0} s"
            )
        );
        if (report.Rejected > 0)
            console.WriteLine("  callintel import FILE --source demo --dry-run --rejects rejects.jsonl shows why.");
        if (figures is null)
        {
            console.WriteLine("No record could be stored, so there is nothing to show.");
            return;
        }
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{figures.From:yyyy-MM-dd} to {figures.To:yyyy-MM-dd}; hours and days in {figures.TimeZone}"
            )
        );
        console.WriteLine();
        Table volume = NewTable("Volume", "Count", "Talk time");
        foreach (DemoVolume row in figures.Volume)
            volume.AddRow(
                $"{row.Channel}, {row.Direction.ToString().ToLowerInvariant()}",
                Number(row.Count),
                Time(row.TalkSeconds)
            );
        console.Write(volume);
        Table contacts = NewTable("Top contacts", "Count", "Talk time");
        foreach (DemoContact row in figures.Contacts)
            contacts.AddRow(Markup.Escape(row.Label ?? "all others"), Number(row.Count), Time(row.TalkSeconds));
        console.Write(contacts);
        BarChart periods = new() { Width = 72, Label = $"Calls and messages per {figures.Period}" };
        foreach (DemoPeriod row in figures.Periods.TakeLast(MostBars))
            periods.AddItem(
                row.Start.ToString(figures.Period == "month" ? "yyyy-MM" : "yyyy-MM-dd", CultureInfo.InvariantCulture),
                row.Calls + row.Messages,
                Color.Green
            );
        console.Write(periods);
        IEnumerable<string> hours = figures.BusiestHours.Select(h =>
            string.Create(CultureInfo.InvariantCulture, $"{h.Day.ToString()[..3]} {h.Hour:00}h {h.Events:N0}")
        );
        console.WriteLine($"Busiest hours: {string.Join(", ", hours)}");
        console.WriteLine(
            $"Unanswered inbound calls: {Number(figures.UnansweredCalls)} of {Number(figures.InboundCalls)}; "
                + $"{Number(figures.CalledBack)} were returned within 24 hours"
        );
        if (figures.Responses.Messages > 0)
            console.WriteLine(
                $"Inbound messages answered within 24 hours: {Number(figures.Responses.Answered)} of "
                    + $"{Number(figures.Responses.Messages)}; median "
                    + Time((long)(figures.Responses.MedianSeconds ?? 0))
            );
        console.WriteLine("Everything was deleted again. docs/guides/cli.md shows how to keep the data.");
    }

    static Table NewTable(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        for (int i = 0; i < columns.Length; i++)
        {
            Justify alignment = i == 0 ? Justify.Left : Justify.Right;
            table.AddColumn(columns[i], c => c.NoWrap().Alignment(alignment));
        }
        return table;
    }

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string Time(long seconds) =>
        seconds == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
}

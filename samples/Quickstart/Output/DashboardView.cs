using System.Globalization;
using CallIntel.Study;
using Spectre.Console;

namespace CallIntel.Quickstart.Output;

/// <summary>Prints the dashboard.</summary>
static class DashboardView
{
    public static void Show(IAnsiConsole console, DemoOrg org, Figures figures)
    {
        console.MarkupLineInterpolated(
            $"[bold]3. Dashboard of {org.Name}[/] [grey](for an analyst; as of {figures.AsOf:yyyy-MM-dd HH:mm} UTC)[/]"
        );
        Table volume = NewTable("Channel", "Events", "Talk time");
        foreach (Volume row in figures.Volume)
            volume.AddRow(
                $"{row.Channel}, {row.Direction.ToString().ToLowerInvariant()}",
                Number(row.Events),
                row.TalkSeconds == 0 ? "" : Time(row.TalkSeconds)
            );
        Table contacts = NewTable("Top contacts", "Events", "Talk time");
        foreach (Contact row in figures.TopContacts)
            contacts.AddRow(
                row.Id is { } id ? $"...{id.ToString()[^6..]}" : "all others",
                Number(row.Events),
                Time(row.TalkSeconds)
            );
        Grid side = new Grid().AddColumn().AddColumn();
        side.AddRow(volume, contacts);
        console.Write(side);

        BarChart days = new() { Width = 72, Label = "Events per day" };
        foreach (DayVolume row in figures.EventsByDay)
            days.AddItem(
                row.Day.ToString("ddd dd MMM", CultureInfo.InvariantCulture),
                row.Calls + row.Messages,
                row.Day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? Color.Grey : Color.Green
            );
        console.Write(days);

        IEnumerable<string> hours = figures
            .BusiestHours.Take(4)
            .Select(hour => $"{hour.Day.ToString()[..3]} {hour.Hour:00}h {hour.Events:N0}");
        console.WriteLine($"Busiest hours (UTC): {string.Join(", ", hours)}");
        console.WriteLine(
            $"Missed inbound calls: {figures.UnansweredCalls:N0} of {figures.InboundCalls:N0}; "
                + $"{figures.CalledBack:N0} were returned within 24 hours"
        );
        console.WriteLine(
            $"Inbound messages answered within 24 hours: {figures.Responses.Answered:N0} of "
                + $"{figures.Responses.Messages:N0}; median {Time((long)(figures.Responses.MedianSeconds ?? 0))}"
        );
        console.WriteLine();
    }

    static Table NewTable(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string column in columns)
            table.AddColumn(column, c =>
                c.NoWrap().Alignment(column is "Events" or "Talk time" ? Justify.Right : Justify.Left)
            );
        return table;
    }

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string Time(long seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
}

using System.Globalization;
using Spectre.Console;

namespace CallIntel.Quickstart;

/// <summary>Prints a dashboard.</summary>
static class DashboardView
{
    public static void Show(IAnsiConsole screen, DemoOrg org, Figures figures)
    {
        screen.MarkupLineInterpolated($"[bold]3. The dashboard of {org.Name}[/] [grey](an analyst's session; 5 to 26 January 2026)[/]");
        Table volume = NewTable("Channel", "Direction", "Events", "Talk time");
        foreach (Volume row in figures.Volume)
            volume.AddRow(row.Channel, row.Direction, Number(row.Events), row.TalkSeconds == 0 ? "" : Time(row.TalkSeconds));
        Table contacts = NewTable("Top contacts", "Events", "Talk time");
        foreach (Contact row in figures.TopContacts)
            contacts.AddRow(row.Id.ToString()[^12..], Number(row.Events), Time(row.TalkSeconds));
        screen.Write(new Columns(volume, contacts));

        BarChart days = new() { Width = 72, Label = "Events a day" };
        foreach (Day day in figures.Days.Where(day => day.Calls + day.Messages > 1))
            days.AddItem(day.Date.ToString("ddd dd MMM", CultureInfo.InvariantCulture), day.Calls + day.Messages,
                day.Date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? Color.Grey : Color.Green);
        screen.Write(days);

        screen.MarkupLineInterpolated($"Busiest hours (UTC): {string.Join(", ", figures.BusiestHours.Select(hour => $"{hour.OfDay:00}h {hour.Events:N0}"))}");
        screen.MarkupLineInterpolated($"Unanswered calls: {figures.UnansweredCalls:N0}, of which {figures.ReturnedCalls:N0} were returned within a day");
        screen.MarkupLineInterpolated($"Messages answered within a day: {figures.AnsweredMessages:N0}, half of them within {Time((long)figures.MedianReplySeconds)}");
        screen.WriteLine();
    }

    static Table NewTable(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string column in columns)
            table.AddColumn(column, c => c.Alignment = column is "Events" or "Talk time" ? Justify.Right : Justify.Left);
        return table;
    }

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string Time(long seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
}

using System.Text.Json;

namespace CallIntel.Quickstart;

/// <summary>Writes the one object of <c>--json</c>.</summary>
static class JsonReport
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static void Write(Stream output, ImportTotals totals, Figures figures, IReadOnlyList<Attempt> attempts)
    {
        JsonSerializer.Serialize(output, new
        {
            totals.Read,
            totals.Inserted,
            totals.Duplicate,
            totals.Rejected,
            Seconds = Math.Round(totals.Seconds, 3),
            RowsPerSecond = Math.Round(totals.RowsPerSecond),
            figures.Volume,
            EventsByDay = figures.Days,
            figures.BusiestHours,
            figures.TopContacts,
            figures.UnansweredCalls,
            figures.ReturnedCalls,
            figures.AnsweredMessages,
            figures.MedianReplySeconds,
            ForeignRowsSeen = attempts.Sum(attempt => attempt.ForeignRows),
            Attempts = attempts,
        }, Options);
        output.Write("\n"u8);
    }
}

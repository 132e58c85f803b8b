using System.Text.Json;
using System.Text.Json.Serialization;
using CallIntel.Isolation;
using CallIntel.Sdk.Dashboards;
using CallIntel.Study;

namespace CallIntel.Quickstart.Output;

/// <summary>Writes the JSON object of <c>--json</c>.</summary>
static class JsonReport
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void Write(Stream output, ImportTotals totals, Figures figures, IReadOnlyList<Attempt> attempts)
    {
        JsonSerializer.Serialize(
            output,
            new
            {
                totals.Read,
                totals.Inserted,
                totals.Duplicate,
                totals.Rejected,
                Seconds = Math.Round(totals.Seconds, 3),
                RowsPerSecond = Math.Round(totals.RowsPerSecond),
                figures.AsOf,
                figures.Volume,
                figures.EventsByDay,
                figures.BusiestHours,
                figures.TopContacts,
                figures.InboundCalls,
                figures.UnansweredCalls,
                figures.CalledBack,
                figures.UnansweredByDay,
                ResponseTimes = figures.Responses,
                ForeignRowsSeen = attempts.Sum(attempt => attempt.ForeignRows),
                Attempts = attempts,
            },
            Options
        );
        output.Write("\n"u8);
    }
}

using System.Text.Json;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary>
/// The guards in <c>benchmarks/guards.json</c>: for each figure the worst acceptable value. Guards are less strict than
/// targets, to allow for the noise of a shared machine.
/// </summary>
static class Guards
{
    /// <summary>Reports figures that are worse than their guards. Returns whether there are any.</summary>
    internal static bool ReportWorse(IEnumerable<Figure> figures)
    {
        using JsonDocument guards = JsonDocument.Parse(File.ReadAllBytes(Checkout.Get("benchmarks/guards.json")));
        bool worse = false;
        foreach (Figure figure in figures)
            if (
                guards.RootElement.TryGetProperty($"{figure.Suite}.{figure.Name}", out JsonElement guard)
                && (figure.HigherIsBetter ? figure.Value < guard.GetDouble() : figure.Value > guard.GetDouble())
            )
            {
                Console.Error.WriteLine(
                    $"{figure.Suite}.{figure.Name} is {figure.Value:0.###}, "
                        + $"which is worse than its guard {guard.GetDouble():0.###}."
                );
                worse = true;
            }
        return worse;
    }
}

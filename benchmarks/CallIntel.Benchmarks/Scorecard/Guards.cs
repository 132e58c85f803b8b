using System.Text.Json;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary><c>benchmarks/guards.json</c>: for each figure the value it must not be worse than; looser than the target by the noise of a shared machine.</summary>
static class Guards
{
    internal static bool Worse(IEnumerable<Figure> figures)
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
                    $"{figure.Suite}.{figure.Name} is {figure.Value:0.###}, worse than its guard {guard.GetDouble():0.###}."
                );
                worse = true;
            }
        return worse;
    }
}

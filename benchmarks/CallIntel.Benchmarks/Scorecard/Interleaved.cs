using System.Diagnostics;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary>Two ways of doing the same, by turns, so that whatever else the machine does meets both.</summary>
static class Interleaved
{
    /// <param name="Ratios">Ours / theirs, of the medians of each run.</param>
    /// <param name="OursUs">Median of ours in microseconds.</param>
    /// <param name="TheirsUs">Median of theirs in microseconds.</param>
    internal sealed record Comparison(IReadOnlyCollection<double> Ratios, double OursUs, double TheirsUs)
    {
        internal string Note =>
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"ours {OursUs:0} us, theirs {TheirsUs:0} us"
            );
    }

    /// <summary>Each way gets the number of the call and says how many rows it saw; both must see the same, unless one is kept from some.</summary>
    /// <remarks>Warm-up runs are not counted: they compile, and prepare.</remarks>
    internal static async Task<Comparison> CompareAsync(
        Func<int, Task<long>> ours,
        Func<int, Task<long>> theirs,
        int calls,
        int runs,
        bool sameRows = true,
        int warmUps = 1
    )
    {
        List<double> ratios = [],
            oursTimes = [],
            theirsTimes = [];
        for (int run = -warmUps; run < runs; run++)
        {
            double[] our = new double[calls],
                their = new double[calls];
            for (int i = 0; i < calls; i++)
            {
                long start = Stopwatch.GetTimestamp();
                long found = await ours(i);
                our[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                start = Stopwatch.GetTimestamp();
                long expected = await theirs(i);
                their[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                if (found == 0 || (sameRows && found != expected))
                    throw new InvalidOperationException($"One way saw {found} rows, the other {expected}.");
            }
            if (run < 0)
                continue;
            ratios.Add(Figure.Median(our) / Figure.Median(their));
            oursTimes.Add(Figure.Median(our));
            theirsTimes.Add(Figure.Median(their));
        }
        return new Comparison(ratios, Figure.Median(oursTimes), Figure.Median(theirsTimes));
    }
}

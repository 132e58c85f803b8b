using System.Diagnostics;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary>
/// Measures two approaches to the same task alternately, so that other work on the machine affects both equally.
/// </summary>
static class Interleaved
{
    /// <summary>The result of a comparison.</summary>
    /// <param name="Ratios">For each run, the median time of our approach divided by that of the other.</param>
    /// <param name="OursUs">The median time of our approach in microseconds.</param>
    /// <param name="TheirsUs">The median time of the other approach in microseconds.</param>
    internal sealed record Comparison(IReadOnlyCollection<double> Ratios, double OursUs, double TheirsUs)
    {
        internal string Note =>
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"ours {OursUs:0} us, theirs {TheirsUs:0} us"
            );
    }

    /// <summary>Compares two approaches.</summary>
    /// <param name="ours">
    /// Our approach. Gets the number of the call, and returns the number of rows that it read.
    /// </param>
    /// <param name="theirs">The other approach.</param>
    /// <param name="calls">The number of calls in a run.</param>
    /// <param name="runs">The number of runs.</param>
    /// <param name="sameRows">Whether both approaches must read the same number of rows.</param>
    /// <param name="warmUps">
    /// The number of runs before the first measured run, in which code is compiled and statements are prepared.
    /// </param>
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
                    throw new InvalidOperationException($"Our approach read {found} rows, the other {expected}.");
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

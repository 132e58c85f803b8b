using System.Globalization;
using System.Security.Cryptography;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Tests.Importers.Fuzzing;

/// <summary>Tries one seed after the other: no crash, no hang, no memory beyond what one input explains; and counts what became of the records.</summary>
/// <remarks><c>CALLINTEL_LONG_TESTS=1</c> takes a million inputs in all, from a seed that is another one each time; <c>CALLINTEL_FUZZ_SEED</c> repeats one that failed.</remarks>
sealed class FuzzRun : IDisposable
{
    /// <summary>How many test cases share the million.</summary>
    internal const int Cases = 24;

    const long MostAllocated = 16 << 20;
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    readonly RecordIdentity _identity = new(IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, new byte[32]));
    readonly RecordValidator _validator;
    readonly string _name;
    long _seed,
        _inputs,
        _accepted,
        _rejected,
        _refused;

    FuzzRun(string name)
    {
        _name = name;
        _validator = new RecordValidator(
            new IngestSource("fuzz", DefaultRegion: "DK"),
            new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)
        )
        {
            Identity = _identity,
        };
    }

    internal static bool IsLong { get; } = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1";

    static int? ChosenSeed { get; } =
        Environment.GetEnvironmentVariable("CALLINTEL_FUZZ_SEED") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;

    /// <param name="name">Of what is tried.</param>
    /// <param name="input">Makes one input and reads it; on its own thread, and done when it returns.</param>
    /// <param name="inputs">How many; by default the case's share.</param>
    internal static async Task RunAsync(string name, Func<FuzzRun, Random, ValueTask> input, int? inputs = null)
    {
        using FuzzRun run = new(name);
        int first = ChosenSeed ?? (IsLong ? RandomNumberGenerator.GetInt32(1 << 30) : 1),
            count =
                inputs
                ?? (
                    ChosenSeed is not null ? 1
                    : IsLong ? 1_000_000 / Cases + 1
                    : 150
                );
        Task work = Task.Run(() => run.TryAllAsync(first, count, input));
        for (long seen = -1; await Task.WhenAny(work, Task.Delay(Longest)) != work; )
            Assert.True(
                seen != (seen = Interlocked.Read(ref run._seed)),
                $"{name}, seed {seen}: not read within {Longest}"
            );
        await work;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: seeds {first} to {first + count - 1}; {run._inputs} inputs; {run._accepted} records accepted, {run._rejected} rejected; {run._refused} files refused"
        );
    }

    /// <summary>Whether the record would be stored; otherwise it is a reject. Either is counted.</summary>
    internal RejectReason? Judge(EventRecord record)
    {
        RejectReason? reason = _validator.TryStage(record, out _);
        _ = reason is null ? _accepted++ : _rejected++;
        return reason;
    }

    internal void CountRefused() => _refused++;

    async Task TryAllAsync(int first, int count, Func<FuzzRun, Random, ValueTask> input)
    {
        for (int seed = first; seed < first + count; seed++)
        {
            Interlocked.Exchange(ref _seed, seed);
            int thread = Environment.CurrentManagedThreadId;
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                await input(this, new Random(seed));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{_name}, seed {seed}: {e.Message}", e);
            }
            // what a stream in memory gives is there at once, so all of it happened on this thread
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            Assert.True(
                GC.GetAllocatedBytesForCurrentThread() - before < MostAllocated,
                $"{_name}, seed {seed}: took {GC.GetAllocatedBytesForCurrentThread() - before} bytes"
            );
            _inputs++;
        }
    }

    public void Dispose() => _identity.Dispose();
}

using System.Globalization;
using System.Security.Cryptography;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Tests.Importers.Fuzzing;

/// <summary>
/// Runs a test with many seeds, and fails if an input crashes, hangs or allocates too much memory. Counts accepted and
/// rejected records.
/// </summary>
/// <remarks>
/// <c>CALLINTEL_LONG_TESTS=1</c> runs a million inputs in total, from a random seed. <c>CALLINTEL_FUZZ_SEED</c> repeats
/// the seed of a failed run.
/// </remarks>
sealed class FuzzRun : IDisposable
{
    /// <summary>The number of test cases that share the million inputs.</summary>
    internal const int Cases = 27;

    const long MostAllocated = 16 << 20;
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    readonly RecordIdentity _identity = new(IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, new byte[32]));
    readonly RecordValidator _validator;
    readonly string _name;
    bool _isInMemory = true;
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

    /// <param name="name">The name of the test case.</param>
    /// <param name="input">Creates and reads one input, synchronously on the current thread.</param>
    /// <param name="inputs">The number of inputs. By default, the share of a test case.</param>
    /// <param name="isInMemory">Whether the input never waits for a file, so that its memory can be counted.</param>
    internal static async Task RunAsync(
        string name,
        Func<FuzzRun, Random, ValueTask> input,
        int? inputs = null,
        bool isInMemory = true
    )
    {
        using FuzzRun run = new(name) { _isInMemory = isInMemory };
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
            $"{name}: seeds {first} to {first + count - 1}; {run._inputs} inputs; {run._accepted} "
                + $"records accepted, {run._rejected} rejected; {run._refused} files refused"
        );
    }

    /// <summary>
    /// Validates a record and counts it. Returns null if the record would be stored, or the reason why it would be
    /// rejected.
    /// </summary>
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
            if (!_isInMemory)
            {
                _inputs++;
                continue;
            }
            // reading a memory stream never waits, so all of it ran on this thread
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

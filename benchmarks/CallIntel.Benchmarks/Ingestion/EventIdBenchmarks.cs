using BenchmarkDotNet.Attributes;
using CallIntel.Sdk.Events;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>The deterministic id beside the random one it replaces.</summary>
[MemoryDiagnoser]
public class EventIdBenchmarks
{
    static readonly DateTimeOffset Time = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Time-ordered and random.</summary>
    [Benchmark(Baseline = true)]
    public Guid RandomId() => Guid.CreateVersion7(Time);

    /// <summary>Time-ordered and the same for the same record.</summary>
    [Benchmark]
    public Guid DeterministicId() => EventId.From(Time, "twilio", "CA0123456789abcdef0123456789abcdef");
}

using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>The deterministic id beside the random one it replaces.</summary>
[MemoryDiagnoser]
#pragma warning disable CA1001 // BenchmarkDotNet calls the cleanup
public class EventIdBenchmarks
#pragma warning restore CA1001
{
    static readonly DateTimeOffset Time = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    readonly RecordIdentity _unkeyed = new(IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
    readonly RecordIdentity _keyed = new(IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, new byte[32]));
    readonly EventRecord _record = new()
    {
        OccurredAt = Time,
        Channel = EventChannel.Sms,
        Direction = EventDirection.Inbound,
        Party = "+4520123456",
        Body = new('x', 160),
    };
    StagedEvent _row;

    /// <summary>Validates the record once.</summary>
    [GlobalSetup]
    public void Validate() =>
        new RecordValidator(new("twilio"), Time) { Identity = _unkeyed }.TryStage(_record, out _row);

    /// <summary>Zeroes the key.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _unkeyed.Dispose();
        _keyed.Dispose();
    }

    /// <summary>Time-ordered and random.</summary>
    [Benchmark(Baseline = true)]
    public Guid RandomId() => Guid.CreateVersion7(Time);

    /// <summary>Time-ordered and the same for the same record.</summary>
    [Benchmark]
    public Guid DeterministicId() => EventId.From(Time, "twilio", "CA0123456789abcdef0123456789abcdef");

    /// <summary>For a message of 160 characters without an id, as it was: who guesses the text computes it too.</summary>
    [Benchmark]
    public Guid UnkeyedIdOfFacts() => _unkeyed.EventIdOf("twilio", _record, _row);

    /// <summary>The same under the org's key.</summary>
    [Benchmark]
    public Guid KeyedIdOfFacts() => _keyed.EventIdOf("twilio", _record, _row);
}

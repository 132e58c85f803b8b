using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Compares deterministic event ids with the random ids that they replace.</summary>
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

    /// <summary>Validates the record.</summary>
    [GlobalSetup]
    public void Validate() =>
        new RecordValidator(new("twilio"), Time) { Identity = _unkeyed }.TryStage(_record, out _row);

    /// <summary>Disposes the hashes.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _unkeyed.Dispose();
        _keyed.Dispose();
    }

    /// <summary>Creates a time-ordered random id.</summary>
    [Benchmark(Baseline = true)]
    public Guid RandomId() => Guid.CreateVersion7(Time);

    /// <summary>Creates a time-ordered id from the source and the external id.</summary>
    [Benchmark]
    public Guid DeterministicId() => EventId.From(Time, "twilio", "CA0123456789abcdef0123456789abcdef");

    /// <summary>
    /// Creates an id for a message of 160 characters without an external id, by a hash without a key. Anybody who
    /// guesses the text could compute it.
    /// </summary>
    [Benchmark]
    public Guid UnkeyedIdOfContent() => _unkeyed.EventIdOf("twilio", _record);

    /// <summary>Creates the same id by a hash with a key of the org.</summary>
    [Benchmark]
    public Guid KeyedIdOfContent() => _keyed.EventIdOf("twilio", _record);
}

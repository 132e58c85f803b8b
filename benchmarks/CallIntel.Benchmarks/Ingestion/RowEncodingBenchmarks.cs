using BenchmarkDotNet.Attributes;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Validates and normalizes a record and creates its id, which happens before encryption.</summary>
[MemoryDiagnoser]
public class RowEncodingBenchmarks
{
    readonly RecordValidator _validator = new(new IngestSource("bench", DefaultRegion: "DK"), DateTimeOffset.UtcNow);
    readonly EventRecord _call = new()
    {
        OccurredAt = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
        Channel = EventChannel.Call,
        Direction = EventDirection.Inbound,
        Party = "+4520101010",
        Duration = TimeSpan.FromSeconds(61),
        ExternalId = "CA0123456789abcdef",
    };
    readonly EventRecord _message = new()
    {
        OccurredAt = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
        Channel = EventChannel.Sms,
        Direction = EventDirection.Outbound,
        Party = "+4520101010",
        ExternalId = "SM0123456789abcdef",
        Body = new string('x', 160),
    };

    /// <summary>Prepares a call. Nothing is allocated.</summary>
    [Benchmark(Baseline = true)]
    public bool Call() => _validator.TryStage(_call, out _) is null;

    /// <summary>Prepares a message. Its body is validated, but not copied.</summary>
    [Benchmark]
    public bool Message() => _validator.TryStage(_message, out _) is null;
}

using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>Records of January and February 2026, the same for the same seed.</summary>
static class GeneratedRecords
{
    internal static IEnumerable<EventRecord> Take(int count, int seed = 1)
    {
        Random random = new(seed);
        DateTimeOffset time = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < count; i++)
        {
            time += TimeSpan.FromSeconds(random.Next(120));
            bool call = random.Next(3) == 0;
            yield return new EventRecord
            {
                OccurredAt = time,
                Channel = call ? EventChannel.Call : EventChannel.Sms,
                Direction = random.Next(2) == 0 ? EventDirection.Inbound : EventDirection.Outbound,
                Outcome = EventOutcome.Completed,
                Party = $"+4520{random.Next(100_000, 100_400)}",
                Duration = call ? TimeSpan.FromSeconds(random.Next(900)) : null,
                ExternalId = $"{seed}-{i}",
                Body = call ? null : $"text {i}",
            };
        }
    }

    internal static async IAsyncEnumerable<EventRecord> Async(IEnumerable<EventRecord> records)
    {
        await Task.Yield();
        foreach (EventRecord record in records)
            yield return record;
    }
}

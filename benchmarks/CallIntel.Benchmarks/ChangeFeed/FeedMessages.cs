using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;

namespace CallIntel.Benchmarks.ChangeFeed;

/// <summary>Messages whose entries in the feed are counted.</summary>
static class FeedMessages
{
    internal static readonly IngestSource Source = new("webhook");

    internal static readonly DateTimeOffset Begin = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    internal static EventRecord Create(string id, string party, int minute) =>
        new()
        {
            OccurredAt = Begin.AddMinutes(minute),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = EventOutcome.Sent,
            Party = party,
            ExternalId = id,
            Body = "We will call you back.",
        };
}

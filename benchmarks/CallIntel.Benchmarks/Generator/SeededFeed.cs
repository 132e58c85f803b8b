using CallIntel.Sdk.Events;

namespace CallIntel.Benchmarks.Generator;

/// <summary>
/// Generates the data of all benchmarks: records of 20 orgs over three months, with the number of records per org in a
/// Zipf distribution. The same seed generates the same records.
/// </summary>
/// <remarks>
/// Half of the records are messages with a body of 160 characters, half are calls. Some contacts occur much more often
/// than others.
/// </remarks>
sealed class SeededFeed(int rows, int orgs = 20, int seed = 20260101)
{
    const int RepeatedEvery = 33,
        RepeatedAfter = 5_000,
        LateEvery = 100,
        LateBy = 30;

    static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Span = TimeSpan.FromDays(90);
    static readonly string Words = string.Concat(
        Enumerable.Repeat("the quick brown fox jumps over the lazy dog and calls back at noon ", 16)
    );

    internal static DateOnly FirstMonth { get; } = new(2026, 1, 1);

    internal static DateOnly LastMonth { get; } = new(2026, 3, 1);

    internal int Orgs => orgs;

    /// <summary>Returns the number of records of an org, which is proportional to 1 / (rank of the org).</summary>
    internal int CountRows(int org)
    {
        double total = Enumerable.Range(1, orgs).Sum(rank => 1.0 / rank);
        int Share(int index) => (int)(rows / (index + 1) / total);
        return org > 0 ? Share(org) : rows - Enumerable.Range(1, orgs - 1).Sum(Share);
    }

    /// <summary>Returns the number of records of an org that are received twice.</summary>
    internal int CountRepeated(int org) =>
        Math.Max(0, CountRows(org) / RepeatedEvery - (RepeatedAfter / RepeatedEvery));

    /// <summary>
    /// Returns the records of an org as a provider sends them: one in 100 is late, and one in 33 is sent again after
    /// thousands of others.
    /// </summary>
    internal IEnumerable<EventRecord> GetReceivedRecords(int org)
    {
        Queue<EventRecord> late = [];
        EventRecord[] recent = new EventRecord[RepeatedAfter];
        int i = 0;
        foreach (EventRecord record in GetRecords(org))
        {
            if (i % LateEvery == 0)
                late.Enqueue(record);
            else
                yield return record;
            if (late.Count > LateBy)
                yield return late.Dequeue();
            EventRecord earlier = recent[i % RepeatedAfter];
            recent[i % RepeatedAfter] = record;
            if (++i > RepeatedAfter && i % RepeatedEvery == 0)
                yield return earlier;
        }
        while (late.TryDequeue(out EventRecord? last))
            yield return last;
    }

    /// <summary>Returns the records of an org, each once and ordered by time.</summary>
    internal IEnumerable<EventRecord> GetRecords(int org)
    {
#pragma warning disable CA5394 // the data must be reproducible
        int count = CountRows(org),
            contacts = Math.Max(10, count / 200);
        Random random = new(seed + org);
        for (int i = 0; i < count; i++)
        {
            bool message = random.Next(2) == 0;
            int contact = (int)(contacts * Math.Pow(random.NextDouble(), 2));
            yield return new EventRecord
            {
                OccurredAt = Begin + (Span * ((double)i / count)),
                Channel = message ? EventChannel.Sms : EventChannel.Call,
                Direction = random.Next(2) == 0 ? EventDirection.Inbound : EventDirection.Outbound,
                Outcome = random.Next(10) == 0 ? EventOutcome.Missed : EventOutcome.Completed,
                Party = $"+45{20_000_000 + contact}",
                Duration = message ? null : TimeSpan.FromSeconds(random.Next(1, 900)),
                ExternalId = $"{org:00}-{i:0000000}",
                Body = message ? Words.Substring(random.Next(64), 160) : null,
            };
        }
#pragma warning restore CA5394
    }
}

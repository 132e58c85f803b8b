using CallIntel.Benchmarks.Generator;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Benchmarks.Ingestion.Peers;

/// <summary>An event as an application's own model would have it.</summary>
sealed class EventRow
{
    public Guid OrgId { get; set; }
    public Guid Id { get; set; }
    public DateTimeOffset OccurredAt { get; set; }
    public Guid SourceId { get; set; }
    public Guid? ContactId { get; set; }
    public int? DurationSeconds { get; set; }
    public short Channel { get; set; }
    public short Direction { get; set; }
    public short Outcome { get; set; }
    public string? ExternalId { get; set; }
}

/// <summary>What was written in an event. The bytes are as long as our envelope and were made before the clock starts: peers do not encrypt.</summary>
sealed class ContentRow
{
    public Guid OrgId { get; set; }
    public Guid EventId { get; set; }
    public Guid? ContactId { get; set; }
    public byte[]? Body { get; set; }
}

/// <summary>A feed for everybody: records for us, rows for peers, who know the contacts beforehand.</summary>
sealed class PeerRows
{
    PeerRows(SeededFeed feed)
    {
        Feed = feed;
        Deliveries = FeedLoad.DeliveriesOf(feed);
        Rows = [.. Deliveries.Select(RowsOf)];
    }

    internal SeededFeed Feed { get; }

    /// <summary>For us.</summary>
    internal EventRecord[][] Deliveries { get; }

    /// <summary>For peers, org by org.</summary>
    internal (EventRow Event, ContentRow? Content)[][] Rows { get; }

    /// <summary>How many rows there are in the end.</summary>
    internal int Count => Enumerable.Range(0, Feed.Orgs).Sum(Feed.RowsOf);

    internal static PeerRows Prepare(int count) => new(new SeededFeed(count));

    static (EventRow, ContentRow?)[] RowsOf(EventRecord[] records)
    {
        Dictionary<string, Guid> contacts = [];
        Guid org = Guid.NewGuid(),
            source = Guid.NewGuid();
        return [.. records.Select(Row)];

        (EventRow, ContentRow?) Row(EventRecord r)
        {
            Guid id = EventId.From(r.OccurredAt, IngestSuite.SourceName, r.ExternalId);
            Guid contact = contacts.TryGetValue(r.Party!, out Guid known) ? known : contacts[r.Party!] = Guid.NewGuid();
            EventRow row = new()
            {
                OrgId = org,
                Id = id,
                OccurredAt = r.OccurredAt,
                SourceId = source,
                ContactId = contact,
                DurationSeconds = (int?)r.Duration?.TotalSeconds,
                Channel = (short)r.Channel,
                Direction = (short)r.Direction,
                Outcome = (short)r.Outcome,
                ExternalId = r.ExternalId,
            };
            return (
                row,
                r.Body is null
                    ? null
                    : new ContentRow
                    {
                        OrgId = org,
                        EventId = id,
                        ContactId = contact,
                        Body = RawCopy.Sealed(r.Body),
                    }
            );
        }
    }
}

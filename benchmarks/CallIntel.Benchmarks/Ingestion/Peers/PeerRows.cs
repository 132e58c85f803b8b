using CallIntel.Benchmarks.Generator;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Benchmarks.Ingestion.Peers;

/// <summary>An event in the model of an application.</summary>
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

/// <summary>
/// The content of an event. The bytes have the length of our envelope and are created before time is measured, because
/// peers do not encrypt.
/// </summary>
sealed class ContentRow
{
    public Guid OrgId { get; set; }
    public Guid EventId { get; set; }
    public Guid? ContactId { get; set; }
    public byte[]? Body { get; set; }
}

/// <summary>
/// A feed as records for our pipeline and as rows for peers, which already contain the ids of contacts.
/// </summary>
sealed class PeerRows
{
    PeerRows(SeededFeed feed)
    {
        Feed = feed;
        Records = FeedLoad.CreateRecords(feed);
        Rows = [.. Records.Select(CreateRows)];
    }

    internal SeededFeed Feed { get; }

    /// <summary>Gets the records for our pipeline, by org.</summary>
    internal EventRecord[][] Records { get; }

    /// <summary>Gets the rows for peers, by org.</summary>
    internal (EventRow Event, ContentRow? Content)[][] Rows { get; }

    /// <summary>Gets the number of distinct rows.</summary>
    internal int Count => Enumerable.Range(0, Feed.Orgs).Sum(Feed.CountRows);

    internal static PeerRows Prepare(int count) => new(new SeededFeed(count));

    static (EventRow, ContentRow?)[] CreateRows(EventRecord[] records)
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
                        Body = RawCopy.CreateEnvelopeLike(r.Body),
                    }
            );
        }
    }
}

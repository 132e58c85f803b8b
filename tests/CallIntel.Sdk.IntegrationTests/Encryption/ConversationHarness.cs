using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>Events of several people.</summary>
static class ConversationHarness
{
    internal const string Anna = "+4520000101",
        Bo = "+4520000102",
        Carl = "+4520000103";

    internal static readonly IngestSource Source = new("groups", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A text message to several people, or from the first of them to the others and the org.</summary>
    internal static EventRecord Message(string body, EventDirection direction, string first, params string[] others) =>
        GeneratedRecords.Take(1).Single() with
        {
            Channel = EventChannel.Mms,
            Direction = direction,
            Duration = null,
            Details = null,
            Parts = [],
            ExternalId = NewId().ToString(),
            Party = first,
            OtherParties = [.. others.Select(number => new EventParty(number))],
            Body = body,
        };

    internal static EventRecord Sent(string body, string first, params string[] others) =>
        Message(body, EventDirection.Outbound, first, others);

    internal static EventRecord Received(string body, string sender, params string[] others) =>
        Message(body, EventDirection.Inbound, sender, others);

    /// <summary>A call that was passed on, with a transcript.</summary>
    internal static EventRecord Conference(string transcript, string first, params string[] others) =>
        Received("", first, others) with
        {
            Channel = EventChannel.Call,
            Body = null,
            Transcript = transcript,
        };

    internal static async Task StoreAsync(OrgSession session, params EventRecord[] records)
    {
        IngestReport report = await session.Ingestion.IngestAsync(
            Source,
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
        Assert.Equal(records.Length, report.Inserted);
    }

    internal static async Task<ContactId> ContactAsync(OrgSession session, string number) =>
        (await session.Contacts.FindByNumberAsync(number, cancellationToken: Cancellation))!.Value;

    internal static async Task<List<ConversationEvent>> ReadAsync(OrgSession session) =>
        await session
            .Events.ReadAsync(EventFilter.All.WithContent().WithDetails().Newest(100), Cancellation)
            .ToListAsync(Cancellation);

    /// <summary>The only event of the session's org.</summary>
    internal static async Task<ConversationEvent> ReadOneAsync(OrgSession session) =>
        Assert.Single(await ReadAsync(session));

    /// <summary>The purposes of the keys of the org's texts, in order.</summary>
    internal static Task<string[]> PurposesAsync(TestDatabase database, TestOrg org) =>
        ScalarAsync<string[]>(
            database,
            """
            select array_agg(k.purpose order by k.purpose)
              from callintel_private.event_contents c
              join callintel_private.data_keys k on k.org_id = c.org_id
               and k.key_id = substr(coalesce(c.body, c.transcript)::bytea, 4, 32)
             where c.org_id = $1
            """,
            org.Id.Value
        );
}

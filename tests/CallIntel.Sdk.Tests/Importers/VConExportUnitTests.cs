using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.VCon;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>The exact text of exported vCons, and how the importer reads them and invalid extensions.</summary>
public sealed class VConExportUnitTests
{
    static readonly ContactId Anna = new(new Guid("00000000-0000-0000-0000-00000000000a")),
        Desk = new(new Guid("00000000-0000-0000-0000-00000000000b")),
        Gone = new(new Guid("00000000-0000-0000-0000-00000000000c"));

    static readonly Dictionary<ContactId, ContactNumber> Numbers = new()
    {
        [Anna] = new(NumberKind.E164, "+4532123456"),
        [Desk] = new(NumberKind.OpaqueId, "sip:desk@example.com"),
        [Gone] = new(NumberKind.E164, null) { Status = DecryptResult.CryptoShredded },
    };

    static readonly ConversationEvent Plain = new()
    {
        Id = new Guid("018c8a7e-5f3d-8000-9a2b-3c4d5e6f7a8b"),
        OccurredAt = new DateTimeOffset(2026, 1, 5, 9, 0, 0, 500, TimeSpan.FromHours(1)),
        Channel = EventChannel.Sms,
        Direction = EventDirection.Inbound,
        Outcome = EventOutcome.Completed,
        Contact = Anna,
        SourceId = Guid.Empty,
        ExternalId = "m1",
        Content = new EventContent("Ring \"me\"\n\u00e6\ud83d\ude00", null, null),
    };

    static readonly ConversationEvent[] Events =
    [
        Plain,
        Plain with
        {
            Channel = EventChannel.Call,
            Direction = EventDirection.Outbound,
            Duration = TimeSpan.FromSeconds(61),
            ExternalId = "c1",
            Content = new EventContent(null, "Anna: Hello?\nBo: Yes.", "They greet."),
            Parts = [new ConversationPart("audio/wav", "https://example.org/c1.wav", 4711)],
            Details = new ConversationDetails
            {
                ConversationId = "s1",
                Leg = 0,
                Status = "Call connected",
                Price = -0.0075m,
                Currency = "USD",
                OwnNumber = "+4520101010",
                ModifiedAt = new DateTimeOffset(2026, 1, 6, 0, 0, 0, TimeSpan.Zero),
            },
            OtherParties =
            [
                new ConversationParty(Desk, PartyRole.TransferTarget),
                new ConversationParty(null, PartyRole.Leg)
                {
                    StartedAt = Plain.OccurredAt.AddSeconds(5),
                    Duration = TimeSpan.FromSeconds(9),
                    Outcome = EventOutcome.Missed,
                    Status = "FindMe",
                },
            ],
        },
        Plain with
        {
            Channel = EventChannel.Call,
            Outcome = EventOutcome.Rejected,
            Contact = null,
            ExternalId = null,
            Content = null,
        },
        Plain with
        {
            Channel = EventChannel.Voicemail,
            Outcome = EventOutcome.Unknown,
            Contact = Gone,
            ExternalId = "v1",
            Content = new EventContent(null, null, null) { Status = DecryptResult.CryptoShredded },
        },
    ];

    [Fact]
    public async Task The_exported_text_equals_the_golden_file()
    {
        string golden = Path.Combine(GoldenUnitTests.Folder, "vcon-export.jsonl"),
            actual = Write(Events);
        if (
            !File.Exists(golden)
            || await File.ReadAllTextAsync(golden, TestContext.Current.CancellationToken) != actual
        )
        {
            await File.WriteAllTextAsync(golden + ".received", actual, TestContext.Current.CancellationToken);
            Assert.Fail($"See {golden}.received");
        }
    }

    [Fact]
    public async Task The_importer_reads_exported_vCons()
    {
        List<EventRecord> records = await ReadAsync(Write(Events));

        Assert.Equal(["+4532123456", "+4532123456", null, null], records.Select(r => r.Party));
        Assert.Equal(
            Events.Select(e => (e.OccurredAt, e.Channel, e.Direction, e.Outcome, e.Duration, e.ExternalId)),
            records.Select(r => (r.OccurredAt, r.Channel, r.Direction, r.Outcome, r.Duration, r.ExternalId))
        );
        Assert.Equal(
            Events.Select(e => (e.Content?.Body, e.Content?.Transcript, e.Content?.Summary)),
            records.Select(r => (r.Body, r.Transcript, r.Summary))
        );
        Assert.Equal(
            new EventDetails
            {
                ConversationId = "s1",
                Leg = 0,
                Status = "Call connected",
                Price = -0.0075m,
                Currency = "USD",
                OwnNumber = "+4520101010",
            },
            records[1].Details
        );
        Assert.Equal(new EventDetails(), records[2].Details);
        Assert.Equal([new EventPart("audio/wav", "https://example.org/c1.wav", 4711)], records[1].Parts);
        Assert.Equal(
            [
                new EventParty("sip:desk@example.com", PartyRole.TransferTarget, PartyKind.OpaqueId),
                new EventParty(null, PartyRole.Leg)
                {
                    StartedAt = Plain.OccurredAt.AddSeconds(5),
                    Duration = TimeSpan.FromSeconds(9),
                    Outcome = EventOutcome.Missed,
                    Status = "FindMe",
                },
            ],
            records[1].OtherParties
        );
    }

    [Theory]
    [InlineData("""{"channel":"pigeon","outcome":77,"leg":1e30,"price":"much"}""")]
    [InlineData(
        """{"channel":"7","parts":[{}],"parties":[{"party":99},{"party":-1},{"party":1e99},{"role":"king"},7]}"""
    )]
    [InlineData("""[]""")]
    [InlineData("""{"parts":7,"parties":"x","leg":-1,"conversationId":{}}""")]
    public async Task An_extension_with_invalid_values_is_ignored(string extension)
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                $$"""
                { "vcon": "0.4.0", "uuid": "u", "parties": [{ "tel": "+4532123456" }, {}], "dialog": [{
                  "type": "text", "start": "2026-01-05T09:00:00Z", "body": "x", "callintel": {{extension}}
                }] }
                """
            )
        );

        Assert.Null(record.RejectReason);
        Assert.Equal(
            (EventChannel.Sms, EventOutcome.Completed, "x", null),
            (record.Channel, record.Outcome, record.Body, record.Details!.Leg)
        );
    }

    static string Write(IEnumerable<ConversationEvent> events)
    {
        using MemoryStream lines = new();
        using Utf8JsonWriter json = new(lines, VConWriter.Options);
        foreach (ConversationEvent e in events)
        {
            new VConWriter(json, e, Numbers, new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero)).Write();
            json.Flush();
            json.Reset();
            lines.WriteByte((byte)'\n');
        }
        return Encoding.UTF8.GetString(lines.ToArray());
    }

    static async Task<List<EventRecord>> ReadAsync(string text) =>
        await VConImporter
            .ReadAsync(Importing.Utf8(text), cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
}

using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Tests ids of records whose source gives no id: equal records have equal ids, and nobody can use an id to confirm a
/// guess of the content.
/// </summary>
public sealed class KeyedIdTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly DateTimeOffset Time = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
    const string Seconds = "1770091506";
    static readonly string[] Guesses = ["no", "maybe", "yes", "call me"];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_guessed_text_cannot_be_confirmed_with_the_stored_id()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("guesses", Cancellation);
        Guid stored = Assert.Single(await IngestAsync(fixture.Database.DataSource, org, [Message("yes")])).Id;

        // a reader of the table knows all metadata and tries texts until the hash matches
        Guid naive = Unkeyed("yes");
        Assert.Equal("yes", Guesses.Single(guess => Unkeyed(guess) == naive));
        Assert.DoesNotContain(Guesses, guess => Unkeyed(guess) == stored);
        // nor does the same guess in an org of the attacker's own give the id
        TestOrg own = await fixture.Database.CreateOrgAsync("attacker", Cancellation);
        foreach (string guess in Guesses)
            Assert.DoesNotContain(await IngestAsync(fixture.Database.DataSource, own, [Message(guess)]), e =>
                Hash(e.Id) == Hash(stored)
            );
    }

    [Fact]
    public async Task A_guessed_line_cannot_be_confirmed_with_the_stored_id()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("lines", Cancellation);
        ConversationEvent[] stored = await IngestAsync(fixture.Database.DataSource, org, Lines());
        string[] naive =
        [
            .. Guesses
                .Where(text => text is "yes" or "no")
                .OrderDescending()
                .Select(text => $"{Seconds},+4520000091,{text}")
                .Select(line => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line))[..16])),
        ];
        Assert.Equal(naive, await Lines().Select(r => r.LineId![..32]).Distinct().ToArrayAsync(Cancellation));

        Assert.Equal(3, stored.Length);
        Assert.DoesNotContain(stored, e => naive.Any(n => e.ExternalId!.StartsWith(n, StringComparison.Ordinal)));
        Assert.Equal(2, stored.Select(e => e.ExternalId![..32]).Distinct().Count());
        Assert.Single(stored, e => e.ExternalId!.EndsWith("#2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Record_ids_are_stable_across_processes_and_key_rotations()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("replays", Cancellation);
        EventRecord[] records =
        [
            Message("yes"),
            Message("no"),
            Message("yes") with
            {
                Party = null,
            },
            Message(new string('x', 5000)),
            .. await Lines().ToArrayAsync(Cancellation),
        ];
        Guid[] first = [.. (await IngestAsync(fixture.Database.DataSource, org, records)).Select(e => e.Id)];
        Assert.Equal(records.Length, first.Distinct().Count());
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
        {
            await owner.Keys.RotateAsync(cancellationToken: Cancellation);
            await owner.Keys.DestroyOldEpochsAsync(Cancellation);
        }

        await using CallIntelDataSource other = fixture.Database.CreateDataSource();
        await using OrgSession session = await other.OpenSessionAsync(org.As(OrgRole.Admin), Cancellation);
        IngestReport again = await session.Ingestion.IngestAsync(
            new("keyed"),
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
        Assert.Equal((records.Length, 0, records.Length), (again.Read, again.Inserted, again.Duplicate));
        Assert.All(first, id =>
            Assert.Equal((8, Time.ToUnixTimeMilliseconds() >> 20), (id.Version, Milliseconds(id) >> 20))
        );
    }

    [Fact]
    public async Task Any_difference_in_a_record_gives_it_another_id()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("differences", Cancellation);
        EventRecord like = Message("ab") with { Transcript = "c" };
        EventRecord[] records =
        [
            like,
            like with
            {
                Body = "a",
                Transcript = "bc",
            },
            like with
            {
                Body = null,
            },
            like with
            {
                Body = "",
            },
            like with
            {
                Summary = "",
            },
            like with
            {
                Channel = EventChannel.Mms,
            },
            like with
            {
                Direction = EventDirection.Outbound,
            },
            like with
            {
                Party = "+4520000092",
            },
            like with
            {
                Party = null,
            },
            like with
            {
                Member = org.Members[OrgRole.Member],
            },
            like with
            {
                Duration = TimeSpan.Zero,
            },
            like with
            {
                Duration = TimeSpan.FromTicks(1),
            },
            like with
            {
                OccurredAt = Time.AddTicks(1),
            },
            like with
            {
                OccurredAt = Time.AddMilliseconds(1),
            },
        ];
        Assert.Equal(
            records.Length,
            (await IngestAsync(fixture.Database.DataSource, org, records)).Select(e => e.Id).Distinct().Count()
        );
    }

    static EventRecord Message(string text) =>
        new()
        {
            OccurredAt = Time,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Party = "+4520000091",
            Body = text,
        };

    static IAsyncEnumerable<EventRecord> Lines()
    {
        CsvMapping mapping = new()
        {
            Time = new() { Field = "time", Format = TimeFormat.UnixSeconds },
            Channel = new() { Constant = EventChannel.Sms },
            Direction = new() { Constant = EventDirection.Inbound },
            Party = new() { Field = "from" },
            Body = "text",
            LineIsIdentity = true,
        };
        string file =
            $"time,from,text\n{Seconds},+4520000091,yes\n{Seconds},+4520000091,no\n{Seconds},+4520000091,yes\n";
        return CsvImporter.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), mapping, Cancellation);
    }

    /// <summary>An id that anybody can compute: SHA-256 of the same metadata.</summary>
    static Guid Unkeyed(string text)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        RecordIdentity identity = new(hash);
        EventRecord record = Message(text);
        RecordValidator validator = new(new("keyed"), Time) { Identity = identity };
        Assert.Null(validator.TryStage(record, out StagedEvent row));
        return row.Id;
    }

    static string Hash(Guid id) => id.ToString()[15..];

    static long Milliseconds(Guid id) => Convert.ToInt64(id.ToString("N")[..12], 16);

    static Task<ConversationEvent[]> IngestAsync(CallIntelDataSource source, TestOrg org, EventRecord[] records) =>
        IngestAsync(source, org, GeneratedRecords.Async(records));

    static async Task<ConversationEvent[]> IngestAsync(
        CallIntelDataSource source,
        TestOrg org,
        IAsyncEnumerable<EventRecord> records
    )
    {
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Admin), Cancellation);
        IngestReport report = await session.Ingestion.IngestAsync(
            new("keyed"),
            records,
            cancellationToken: Cancellation
        );
        Assert.Equal(report.Read, report.Inserted);
        return await session.Events.ReadAsync(EventFilter.All, Cancellation).ToArrayAsync(Cancellation);
    }
}

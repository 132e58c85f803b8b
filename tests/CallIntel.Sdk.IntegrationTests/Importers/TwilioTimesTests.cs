using System.Text;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Importers;

/// <summary>Calls of Twilio that get their start time after they were first reported.</summary>
public sealed class TwilioTimesTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Queued =
        "{\"sid\":\"CA1\",\"date_created\":\"2026-01-31T22:59:58Z\",\"direction\":\"outbound-api\","
        + "\"from\":\"+4520101010\",\"to\":\"+4532123456\",\"status\":\"queued\"}\n";
    const string Completed =
        "{\"sid\":\"CA1\",\"date_created\":\"2026-01-31T22:59:58Z\",\"start_time\":\"2026-02-01T00:00:04Z\","
        + "\"direction\":\"outbound-api\",\"from\":\"+4520101010\",\"to\":\"+4532123456\",\"status\":\"completed\","
        + "\"duration\":\"64\"}\n";
    const string Other =
        "{\"sid\":\"CA2\",\"start_time\":\"2026-02-01T00:00:04Z\",\"direction\":\"inbound\",\"from\":\"+4532123456\","
        + "\"status\":\"completed\",\"duration\":\"3\"}\n";

    static readonly IngestSource Source = new("twilio");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("files", false)]
    [InlineData("one file", false)]
    [InlineData("small batches", false)]
    [InlineData("writes", false)]
    [InlineData("files", true)]
    public async Task A_queued_call_and_the_completed_call_are_one_event(string delivery, bool repeated)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"twilio {delivery} {repeated}", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        for (int round = 0; round < (repeated ? 2 : 1); round++)
            switch (delivery)
            {
                case "files":
                    await owner.Ingestion.IngestAsync(Source, Read(Queued), cancellationToken: Cancellation);
                    await owner.Ingestion.IngestAsync(Source, Read(Completed + Other), cancellationToken: Cancellation);
                    break;
                case "one file":
                    await owner.Ingestion.IngestAsync(
                        Source,
                        Read(Queued + Completed + Other),
                        cancellationToken: Cancellation
                    );
                    break;
                case "small batches":
                    await owner.Ingestion.IngestAsync(
                        Source,
                        Read(Queued + Other + Completed),
                        new IngestOptions { BatchSize = 1, Lanes = 4 },
                        Cancellation
                    );
                    break;
                default:
                    foreach (string file in (string[])[Queued, Other, Completed])
                        await owner.Ingestion.WriteAsync(
                            Source,
                            await Read(file).ToListAsync(Cancellation),
                            Cancellation
                        );
                    break;
            }
        List<ConversationEvent> stored = await owner
            .Events.ReadAsync(EventFilter.All, Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(["CA1", "CA2"], stored.Select(e => e.ExternalId).Order(StringComparer.Ordinal));
        // reading the first file again moves the call back, because Twilio's records have no time of change here
        if (!repeated)
            Assert.Equal(
                (EventOutcome.Completed, 64d, 4),
                stored
                    .Where(e => e.ExternalId == "CA1")
                    .Select(e => (e.Outcome, e.Duration?.TotalSeconds ?? 0, e.OccurredAt.Second))
                    .Single()
            );
    }

    static IAsyncEnumerable<EventRecord> Read(string file) =>
        TwilioImporter.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), cancellationToken: Cancellation);
}

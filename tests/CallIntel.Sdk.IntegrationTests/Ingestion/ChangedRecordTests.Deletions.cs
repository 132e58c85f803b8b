using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

// records that their source deleted or redacted
public sealed partial class ChangedRecordTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deleted_record_is_removed_and_cannot_be_imported_again(bool timeIsReported)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"deleted {timeIsReported}", Cancellation);
        EventRecord deletion = new()
        {
            OccurredAt = timeIsReported ? Noon : default,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            ExternalId = "m1",
            Change = RecordChange.Deleted,
        };
        await IngestAsync(
            org,
            (2, 0, 0, 0),
            Sms with
            {
                Details = new() { Price = -0.0075m, Currency = "USD" },
            },
            Sms with
            {
                ExternalId = "m2",
            }
        );
        await IngestAsync(org, (0, 1, 0, 0), deletion);
        await IngestAsync(org, (0, 0, 1, 0), deletion);
        await IngestAsync(org, (0, 0, 1, 1), Sms, Sms with { ExternalId = "m2" });
        await IngestAsync(org, (0, 0, 0, 1), deletion with { ExternalId = "never seen" });

        Assert.Equal("m2", Assert.Single(await EventsAsync(org)).ExternalId);
        foreach (string table in new[] { "events", "event_contents" })
            Assert.Equal(1, await StoredState.CountAsync(fixture.Database, org, table));
        Assert.Equal(0, await StoredState.CountAsync(fixture.Database, org, "event_details"));
    }

    [Fact]
    public async Task A_redacted_record_keeps_its_metadata_and_its_content_cannot_be_imported_again()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("redacted", Cancellation);
        await IngestAsync(org, (1, 0, 0, 0), Sms with { Parts = [new EventPart("image/png", "a.png", 5)] });
        await IngestAsync(org, (0, 1, 0, 0), Sms with { Body = null, Change = RecordChange.Redacted });
        await IngestAsync(org, (0, 0, 1, 0), Sms with { Parts = [new EventPart("image/png", "a.png", 5)] });
        Assert.Null(Assert.Single(await EventsAsync(org)).Content);
        Assert.Equal(0, await StoredState.CountAsync(fixture.Database, org, "event_parts"));
    }

    [Fact]
    public async Task A_redaction_removes_the_content_of_a_source_whose_times_are_final()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("redacted, final times", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        foreach (EventRecord record in new[] { Sms, Sms with { Body = null, Change = RecordChange.Redacted }, Sms })
            await owner.Ingestion.IngestAsync(
                new IngestSource("final"),
                GeneratedRecords.Async([record]),
                cancellationToken: Cancellation
            );
        Assert.Null(Assert.Single(await EventsAsync(org)).Content);
    }

    [Fact]
    public async Task A_source_with_final_times_must_give_the_time_of_a_deleted_record()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("final times", Cancellation);
        EventRecord deletion = Sms with { Change = RecordChange.Deleted, Body = null, Party = null };
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestReport report = await owner.Ingestion.IngestAsync(
            new IngestSource("final"),
            GeneratedRecords.Async([Sms, deletion with { OccurredAt = default }]),
            cancellationToken: Cancellation
        );
        Assert.Equal((1L, 1L), (report.Inserted, report.Rejected));
        Assert.Equal(
            "missing_time",
            Assert
                .Single(await owner.Ingestion.ReadRejectsAsync(report.RunId, Cancellation).ToListAsync(Cancellation))
                .Reason
        );

        report = await owner.Ingestion.IngestAsync(
            new IngestSource("final"),
            GeneratedRecords.Async([deletion]),
            cancellationToken: Cancellation
        );
        Assert.Equal((0L, 1L), (report.Rejected, report.Updated));
        Assert.Empty(await EventsAsync(org));
        Assert.Equal(0, await StoredState.CountAsync(fixture.Database, org, "event_keys"));
    }
}

using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>A suppressed number is not stored with the text of a rejected record either.</summary>
public sealed class SuppressedTextTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static string[] Suppressed { get; } =
    [
        "from: +4529837461, text: hi",
        "from=29837461;x",
        "29 83 74 61",
        "call 2983-7461 now",
        "<sms address=\"004529837461\" body=\"x\"/>",
        "{\"from\":\"(+45) 29.83.74.61\"}",
        "0045 29 83 74 61",
        "prefix 77 29 83 74 61 88",
        "\uff0b\uff14\uff15\uff12\uff19\uff18\uff13\uff17\uff14\uff16\uff11",
    ];

    static string[] Others { get; } = ["from: +4520000072, text: hi", "29 83 74 62", "no number at all"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Texts_of_rejected_records_with_a_suppressed_number_are_not_stored(bool bulk)
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, $"texts {bulk}");
        await org.Admin.SubjectRequests.SuppressNumberAsync("+4529837461", null, Cancellation);

        Dictionary<long, string?> stored = await RejectAsync(org, bulk, [.. Suppressed, .. Others]);

        for (int i = 0; i < Suppressed.Length; i++)
            Assert.True(stored[i] is null, Suppressed[i]);
        for (int i = 0; i < Others.Length; i++)
            Assert.Equal(Others[i], stored[Suppressed.Length + i]);
    }

    [Fact]
    public async Task Texts_are_compared_again_after_every_erasure_and_while_a_run_continues()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "erased texts");
        ContactId contact = await org.FillAsync(1);
        Assert.Equal("29837461", (await RejectAsync(org, bulk: false, ["29837461"]))[0]);

        await org.Admin.Erasures.RunAsync(await org.RequestAsync(contact), Cancellation);

        Assert.Equal(
            [null, "20 00 00 72"],
            (await RejectAsync(org, bulk: false, ["29837461", "20 00 00 72"])).Select(text => text.Value)
        );
        // The first batch of the run was compared with a shorter list than the second one.
        IngestReport report = await org.Admin.Ingestion.IngestAsync(
            ErasureOrg.Source,
            GrowingAsync(org),
            new IngestOptions { BatchSize = 1, Lanes = 1 },
            Cancellation
        );
        Assert.Equal(["20 00 00 72", null], await TextsAsync(org, report.RunId));
    }

    [Fact]
    public async Task The_content_of_a_rejected_record_of_a_suppressed_party_is_not_stored_either()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "party texts");
        await org.Admin.SubjectRequests.SuppressNumberAsync("+4529837461", null, Cancellation);
        EventRecord late = GeneratedRecords.Take(1).Single() with
        {
            OccurredAt = new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero),
            Channel = EventChannel.Sms,
            Body = "meet me at eight",
        };
        IngestReport report = await org.Admin.Ingestion.IngestAsync(
            ErasureOrg.Source,
            GeneratedRecords.Async([
                late with
                {
                    Party = "29 83 74 61",
                },
                late with
                {
                    Party = ErasureOrg.Kept,
                    OtherParties = [new EventParty("+45 29837461")],
                },
                late with
                {
                    Party = ErasureOrg.Kept,
                },
            ]),
            cancellationToken: Cancellation
        );
        Assert.Equal([null, null, "meet me at eight"], await TextsAsync(org, report.RunId));
    }

    [Fact]
    public async Task A_text_with_too_many_digits_is_stored_only_if_the_org_suppresses_nobody()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "digits");
        string text = new('7', 1001);
        Assert.Equal(text, (await RejectAsync(org, bulk: true, [text]))[0]);
        await org.Admin.SubjectRequests.SuppressNumberAsync("+4529837461", null, Cancellation);
        Assert.Null((await RejectAsync(org, bulk: true, [text]))[0]);
    }

    /// <summary>Also the call of an SDK that compares nothing.</summary>
    [Theory]
    [InlineData("null", true)]
    [InlineData("0", true)]
    [InlineData("1", false)]
    public async Task The_database_stores_no_text_that_was_compared_with_a_former_list(string compared, bool removed)
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, $"former list {compared}");
        await RejectAsync(org, bulk: true, ["a first text, which makes the key"]);
        await org.Admin.SubjectRequests.SuppressNumberAsync("+4529837461", null, Cancellation);
        await using SessionTransaction session = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.Org.As(OrgRole.Admin)
        );
        await session.RunAsync(
            $$"""
            select callintel.record_batch(s.run_id, s.stream_id, 0, 0, 0, 0, null, '{7}', '{malformed}',
                       array[(select r.raw::bytea from callintel.ingest_rejects r)], array[null::text], null, null,
                       null, null, {{compared}})
              from callintel.start_run('former', 'test', 'default') s
            """
        );
        Assert.Equal(
            removed,
            await session.RunAsync("select raw is null from callintel.ingest_rejects where ordinal = 7")
        );
    }

    static async IAsyncEnumerable<EventRecord> GrowingAsync(ErasureOrg org)
    {
        yield return EventRecord.Unreadable(RejectReason.Malformed, "20 00 00 72");
        while (
            await ScalarAsync<long>(
                org.Database,
                "select count(*) from callintel_private.sync_runs where org_id = $1 and status = 1 and rejected = 1",
                org.Org.Id.Value
            ) == 0
        )
            await Task.Delay(10, Cancellation);
        await org.Admin.SubjectRequests.SuppressNumberAsync(ErasureOrg.Kept, null, Cancellation);
        yield return EventRecord.Unreadable(RejectReason.Malformed, "again 20 00 00 72");
    }

    static async Task<Dictionary<long, string?>> RejectAsync(ErasureOrg org, bool bulk, string[] texts)
    {
        EventRecord[] records = [.. texts.Select(text => EventRecord.Unreadable(RejectReason.Malformed, text))];
        IngestReport report = bulk
            ? await org.Admin.Ingestion.IngestAsync(
                ErasureOrg.Source,
                GeneratedRecords.Async(records),
                cancellationToken: Cancellation
            )
            : await org.Admin.Ingestion.WriteAsync(ErasureOrg.Source, records, Cancellation);
        Assert.Equal(texts.Length, report.Rejected);
        List<string?> stored = await TextsAsync(org, report.RunId);
        // a rolling run can have rejects of a write before
        return stored.TakeLast(texts.Length).Index().ToDictionary(t => (long)t.Index, t => t.Item);
    }

    static async Task<List<string?>> TextsAsync(ErasureOrg org, Guid run) =>
        await org
            .Admin.Ingestion.ReadRejectsAsync(run, Cancellation)
            .Select(reject => reject.Raw)
            .ToListAsync(Cancellation);
}

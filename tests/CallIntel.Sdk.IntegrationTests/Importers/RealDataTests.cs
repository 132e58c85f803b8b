using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Importers;

public sealed class RealDataTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_of_the_Copenhagen_study_is_stored_once()
    {
        TestOrg org = await ImportTwiceAsync(
            "copenhagen-calls",
            () => Csv("copenhagen_networks", "calls.csv", "copenhagen-calls"),
            2_696
        );

        Assert.Equal(283, await CountAsync(org, "outcome = 2 and duration_s is null"));
        Assert.Equal(2_413, await CountAsync(org, "outcome = 1 and duration_s >= 0"));
        // line 2 of the file: 184,300,301,121
        Assert.Equal(
            1,
            await CountAsync(
                org,
                "occurred_at = '2026-01-05 00:03:04Z' and duration_s = 121 and direction = 2 and channel = "
                    + "1 and member_id = $2",
                MemberId.FromName("copenhagen", "300").Value
            )
        );
    }

    [Fact]
    public async Task Every_message_of_the_Copenhagen_study_is_stored_once_including_identical_ones()
    {
        TestOrg org = await ImportTwiceAsync(
            "copenhagen-sms",
            () => Csv("copenhagen_networks", "sms.csv", "copenhagen-sms"),
            19_032
        );

        Assert.Equal(
            1,
            await CountAsync(
                org,
                "occurred_at = '2026-01-05 00:00:18Z' and member_id = $2",
                MemberId.FromName("copenhagen", "370").Value
            )
        );
        // 16 pairs of lines of the file are identical
        Assert.Equal(16, await CountAsync(org, "external_id like '%#2'"));
        Assert.Equal(0, await CountAsync(org, "external_id like '%#3'"));
    }

    [Fact]
    public async Task Calls_with_transcripts_and_the_list_of_all_calls_are_matched_by_their_ids()
    {
        TestOrg org = await ImportTwiceAsync(
            "getgoing",
            () =>
                JsonLinesImporter.ReadAsync(
                    SharedData.PathOf("getgoing_calls", "transcripts.jsonl"),
                    JsonMapping.Load(SharedData.MappingOf("getgoing-transcripts")),
                    Cancellation
                ),
            688
        );
        Assert.Equal(
            1,
            await CountAsync(
                org,
                """
                external_id = 'e94454059476011a00230b3d184a618b'
                and occurred_at = '2019-04-03 23:56:55.951Z' and duration_s = 69
                """
            )
        );

        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        ConversationEvent call = await admin
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .FirstAsync(e => e.ExternalId == "e94454059476011a00230b3d184a618b", Cancellation);
        Assert.Matches(
            "(?s)^system: Welcome to CMU GetGoing.*\ncaller: I want to take the\nsystem:",
            call.Content?.Transcript
        );
        IngestReport calls = await admin.Ingestion.IngestAsync(
            new IngestSource("getgoing"),
            Csv("getgoing_calls", "calls.csv", "getgoing-calls"),
            cancellationToken: Cancellation
        );
        Assert.Equal((721, 33, 688, 0), (calls.Read, calls.Inserted, calls.Duplicate, calls.Rejected));
    }

    [Fact]
    public async Task Every_text_of_the_spam_collection_is_stored_byte_for_byte()
    {
        string file = SharedData.PathOf("sms_spam_uci", "SMSSpamCollection");
        TestOrg org = await ImportTwiceAsync(
            "sms-spam",
            () => Csv("sms_spam_uci", "SMSSpamCollection", "sms-spam"),
            5_574
        );

        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        List<string?> stored = await admin
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .Select(e => e.Content?.Body)
            .Reverse()
            .ToListAsync(Cancellation);
        Assert.Equal(
            (await File.ReadAllTextAsync(file, Cancellation))
                .TrimEnd('\n')
                .Split('\n')
                .Select(line => line.Split('\t')[1]),
            stored
        );
    }

    [Fact]
    public async Task A_week_of_calls_of_a_telephone_system_is_stored_once()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("asterisk", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestSource source = new("pbx", "asterisk", DefaultRegion: "US");
        AsteriskImportOptions options = new() { TimeZone = "Europe/Berlin", LineScope = "pbx" };
        string file = SharedData.PathOf("asterisk_cdr", "cdr.csv");

        Assert.Equal("asterisk", (await ImporterRegistry.BuiltIn.DetectAsync(file, Cancellation))?.Format);
        DryRunReport preview = await DryRun.RunAsync(
            source,
            AsteriskImporter.ReadAsync(file, options, Cancellation),
            cancellationToken: Cancellation
        );
        IngestReport first = await admin.Ingestion.IngestAsync(
            source,
            AsteriskImporter.ReadAsync(file, options, Cancellation),
            cancellationToken: Cancellation
        );
        IngestReport again = await admin.Ingestion.IngestAsync(
            source,
            AsteriskImporter.ReadAsync(file, options, Cancellation),
            cancellationToken: Cancellation
        );

        Assert.Equal((218, 218, 0), (first.Read, first.Inserted + first.Rejected, first.Updated + first.Suppressed));
        Assert.Equal((preview.Accepted, preview.Rejected), (first.Inserted, first.Rejected));
        Assert.Equal((0, 0, first.Inserted), (again.Inserted, again.Updated, again.Duplicate));
        // line 2 of the file, in daylight saving time
        Assert.Equal(
            1,
            await CountAsync(
                org,
                "occurred_at = '2017-06-20 07:49:22Z' and duration_s = 514 and outcome = 1 and utc_offset_minutes = 120"
            )
        );
    }

    /// <summary>
    /// Imports a file into a new org, where all records are inserted, and imports it again, where all are duplicates.
    /// </summary>
    async Task<TestOrg> ImportTwiceAsync(string source, Func<IAsyncEnumerable<EventRecord>> read, long count)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(source, Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestOptions options = new() { BatchSize = 1_000 };

        IngestReport first = await admin.Ingestion.IngestAsync(new IngestSource(source), read(), options, Cancellation);
        Assert.Equal((count, count, 0, 0), (first.Read, first.Inserted, first.Duplicate, first.Rejected));
        Assert.Equal(first.Read, first.Inserted + first.Updated + first.Duplicate + first.Rejected + first.Suppressed);

        IngestReport again = await admin.Ingestion.IngestAsync(new IngestSource(source), read(), options, Cancellation);
        Assert.Equal((count, 0, count, 0), (again.Read, again.Inserted, again.Duplicate, again.Rejected));
        Assert.Equal(again.Read, again.Inserted + again.Updated + again.Duplicate + again.Rejected + again.Suppressed);
        Assert.Equal(count, await CountAsync(org, "true"));
        return org;
    }

    static IAsyncEnumerable<EventRecord> Csv(string folder, string file, string mapping) =>
        CsvImporter.ReadAsync(
            SharedData.PathOf(folder, file),
            CsvMapping.Load(SharedData.MappingOf(mapping)),
            Cancellation
        );

    async Task<long> CountAsync(TestOrg org, string condition, params object[] values)
    {
        await using NpgsqlCommand count = fixture.Database.Admin.CreateCommand(
            $"select count(*) from callintel_private.events e where e.org_id = $1 and {condition}"
        );
        count.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = org.Id.Value });
        foreach (object value in values)
            count.Parameters.Add(new NpgsqlParameter { Value = value });
        return (long)(await count.ExecuteScalarAsync(Cancellation))!;
    }
}

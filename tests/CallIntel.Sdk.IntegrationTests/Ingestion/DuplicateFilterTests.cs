using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>Tests that a batch omits records which are already stored unchanged, and contains all others.</summary>
public sealed class DuplicateFilterTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly EventRecord Stored = new()
    {
        OccurredAt = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
        Channel = EventChannel.Call,
        Direction = EventDirection.Inbound,
        Outcome = EventOutcome.Completed,
        Party = "+4532123456",
        ExternalId = "c1",
        Duration = TimeSpan.FromSeconds(60),
        LocalOffset = TimeSpan.FromHours(1),
        Body = "body",
        Transcript = "transcript",
    };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Changes => [.. Changed.Keys];

    public static TheoryData<string> Sames => [.. Same.Keys];

    static readonly Dictionary<string, Func<EventRecord, EventRecord>> Changed = new()
    {
        ["less than a millisecond later"] = r => r with { OccurredAt = r.OccurredAt.AddMicroseconds(1) },
        ["channel"] = r => r with { Channel = EventChannel.Voicemail },
        ["direction"] = r => r with { Direction = EventDirection.Outbound },
        ["outcome"] = r => r with { Outcome = EventOutcome.Missed },
        ["party"] = r => r with { Party = "+4532999999" },
        ["duration"] = r => r with { Duration = TimeSpan.FromSeconds(61) },
        ["offset"] = r => r with { LocalOffset = TimeSpan.FromHours(2) },
        ["body"] = r => r with { Body = "another body" },
        ["transcript"] = r => r with { Transcript = "another transcript" },
        ["a summary that was not there"] = r => r with { Summary = "summary" },
        ["details"] = r => r with { Details = new EventDetails { ConversationId = "thread" } },
    };

    static readonly Dictionary<string, Func<EventRecord, EventRecord>> Same = new()
    {
        ["the same"] = r => r,
        ["less, which takes nothing away"] = r =>
            r with
            {
                Outcome = EventOutcome.Unknown,
                Party = null,
                Duration = null,
                LocalOffset = null,
                Body = null,
                Transcript = null,
            },
        ["the body alone"] = r => r with { Transcript = null },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Changed_records_are_updated(string change)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"changed {change}", Cancellation);
        await IngestAsync(org, (1, 0, 0), Stored);
        await IngestAsync(org, (0, 1, 0), Changed[change](Stored));
    }

    [Theory]
    [MemberData(nameof(Sames))]
    public async Task Unchanged_records_are_neither_copied_nor_merged(string same)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"same {same}", Cancellation);
        await IngestAsync(org, (1, 0, 0), Stored);
        string slots = await SlotsAsync();
        await IngestAsync(org, (0, 0, 1), Same[same](Stored));
        Assert.Equal(slots, await SlotsAsync());

        await IngestAsync(org, (0, 1, 0), Stored with { Body = "different" });
        Assert.NotEqual(slots, await SlotsAsync()); // a merged slot is truncated, which gives it another file
    }

    [Fact]
    public async Task A_large_batch_skips_known_records_when_there_are_many()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("large", Cancellation);
        EventRecord[] records =
        [
            .. Enumerable
                .Range(0, 1000)
                .Select(i =>
                    Stored with
                    {
                        ExternalId = $"c{i}",
                        OccurredAt = Stored.OccurredAt.AddMinutes(i),
                        Body = i % 3 == 0 ? $"text {i}" : null,
                    }
                ),
        ];
        await IngestAsync(org, (1000, 0, 0), records);
        await IngestAsync(org, (0, 0, 1000), records);
        // 7 of the 700 known records are changed
        await IngestAsync(
            org,
            (300, 7, 693),
            [
                .. records.Select(
                    (r, i) =>
                        i >= 700 ? r with { ExternalId = $"new {i}" }
                        : i % 100 == 7 ? r with { Outcome = EventOutcome.Failed }
                        : r
                ),
            ]
        );
        await IngestAsync(
            org,
            (900, 0, 100),
            [.. records.Select((r, i) => i < 900 ? r with { ExternalId = $"newer {i}" } : r)]
        );
    }

    [Fact]
    public async Task The_last_version_of_a_record_in_a_batch_wins()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("several", Cancellation);
        EventRecord other = Stored with { Outcome = EventOutcome.Failed };
        await IngestAsync(org, (1, 0, 0), Stored);
        await IngestAsync(org, (0, 0, 2), other, Stored);
        Assert.Equal(EventOutcome.Completed, await OutcomeAsync(org));
        await IngestAsync(org, (0, 1, 1), Stored, other);
        Assert.Equal(EventOutcome.Failed, await OutcomeAsync(org));
    }

    [Fact]
    public async Task Duplicates_are_compared_with_the_changes_of_earlier_batches()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("batches", Cancellation);
        EventRecord other = Stored with { Outcome = EventOutcome.Failed };
        await IngestAsync(org, (1, 0, 0), Stored);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        for (int i = 0; i < 5; i++)
        {
            IngestReport report = await owner.Ingestion.IngestAsync(
                new IngestSource("phone"),
                GeneratedRecords.Async([other, Stored]),
                new IngestOptions { BatchSize = 1 },
                Cancellation
            );
            Assert.Equal((0, 2, 0), (report.Inserted, report.Updated, report.Duplicate));
            Assert.Equal(EventOutcome.Completed, await OutcomeAsync(org));
        }
    }

    [Fact]
    public async Task Members_cannot_detect_records_of_a_colleague()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("colleague", Cancellation);
        await IngestAsync(
            org,
            (1, 0, 0),
            Stored with
            {
                Member = org.Members[OrgRole.Admin],
                Body = null,
                Transcript = null,
                Party = null,
            }
        );
        ConversationEvent stored = (await EventsAsync(org)).Single();
        string call = $"""
            select cardinality(callintel.find_duplicates(array['{stored.Id}'::uuid],
                   array['{stored.OccurredAt:O}'::timestamptz], array[null::uuid],
                array['{org.Members[OrgRole.Admin]}'::uuid], array[60], array[1::smallint], array[1::smallint],
                    array[0::smallint], array[null::smallint],
                array[null::bigint], array[null::bigint], array[null::bigint]))
            """;
        foreach ((OrgRole role, int found) in new[] { (OrgRole.Admin, 1), (OrgRole.Member, 0) })
        {
            await using SessionTransaction session = await SessionTransaction.BeginAsync(
                fixture.Database,
                org.As(role)
            );
            Assert.Equal((role, found), (role, (int)(await session.RunAsync(call))!));
        }
    }

    [Theory]
    [InlineData(7)] // looked up in all events between the first and the last record
    [InlineData(1)] // looked up one by one, because there are many more events than records
    public async Task Sessions_without_a_purpose_cannot_detect_records_of_a_hidden_contact(int records)
    {
        // a message every minute from 10:00 to 10:07, the last two of them with the hidden contact
        TestOrg org = await fixture.Database.CreateOrgAsync("hidden", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        string call = $$"""
            select string_agg(n::text, ' ' order by n)
              from unnest((select callintel.find_duplicates(
                   array_agg(callintel.first_id(x.t) order by x.t), array_agg(x.t order by x.t),
                   array_agg(null::uuid), array_agg(null::uuid), array_agg(null::integer), array_agg(2::smallint),
                   array_agg(1::smallint), array_agg(1::smallint), array_agg(null::smallint),
                   array_agg(null::bigint), array_agg(null::bigint), array_agg(null::bigint))
              from (select timestamptz '2026-01-10 10:00Z' as t
                    union
                    select timestamptz '2026-01-10 10:07Z' - n * interval '1 minute'
                      from generate_series(0, {{records}} - 1) n) x)) n
            """;
        string all = string.Join(' ', Enumerable.Range(1, records + 1));
        Assert.Equal(all, await FoundAsync(AccessPurpose.Support));
        Assert.Equal(records == 1 ? "1" : "1 2 3 4 5 6", await FoundAsync(null));

        async Task<string> FoundAsync(AccessPurpose? purpose)
        {
            OrgIdentity owner = org.As(OrgRole.Owner);
            await using SessionTransaction session = await SessionTransaction.BeginAsync(
                fixture.Database,
                purpose is { } stated ? owner with { Purpose = stated } : owner
            );
            return $"{await session.RunAsync(call)}";
        }
    }

    async Task<string> SlotsAsync()
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            """
            select string_agg(pg_relation_filenode(format('callintel.staging_%s', n)::regclass)::text, ',' order by n)
              from generate_series(0, 7) n
            """
        );
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    async Task<EventOutcome> OutcomeAsync(TestOrg org) => Assert.Single(await EventsAsync(org)).Outcome;

    async Task<List<ConversationEvent>> EventsAsync(TestOrg org)
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await owner.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation);
    }

    async Task IngestAsync(
        TestOrg org,
        (long Inserted, long Updated, long Duplicate) expected,
        params EventRecord[] records
    )
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestReport report = await owner.Ingestion.IngestAsync(
            new IngestSource("phone"),
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
        Assert.Equal(
            (records.Length, expected),
            ((int)report.Read, (report.Inserted, report.Updated, report.Duplicate))
        );
    }
}

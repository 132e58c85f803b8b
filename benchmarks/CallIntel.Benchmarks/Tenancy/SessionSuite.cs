using System.Data.Common;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Isolation;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.EntityFrameworkCore;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CallIntel.Benchmarks.Tenancy;

/// <summary>The cost of the verified context for a single read.</summary>
sealed class SessionSuite : ISuite
{
    public string Name => "session";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        SeededFeed feed = new(50_000, orgs: 1);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server, async admin =>
            await new CallIntelOperations(admin).EnsurePartitionsAsync(SeededFeed.FirstMonth, SeededFeed.LastMonth)
        );
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org");
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner))
            await owner.Ingestion.IngestAsync(new IngestSource("generated"), feed.GetRecords(0).ToAsyncEnumerable());
        await using (NpgsqlCommand analyze = database.Admin.CreateCommand("vacuum analyze"))
            await analyze.ExecuteNonQueryAsync();

        Guid[] ids = [.. feed.GetRecords(0).Select(r => EventId.From(r.OccurredAt, "generated", r.ExternalId))];
        yield return await RoundTripsAsync(database, org, ids);
        yield return await PointReadAsync(database, org, ids, size.Pick(9, 3));
        yield return await EntityFrameworkAsync(database, org, feed, size.Pick(9, 3));
    }

    async Task<Figure> RoundTripsAsync(TestDatabase database, TestOrg org, Guid[] ids)
    {
        await using WireProxy proxy = WireProxy.Start(database.AppConnectionString);
        await using CallIntelDataSource source = database.CreateDataSource(o =>
            o.ConnectionString = proxy.ConnectionString
        );
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner));
        for (int i = 0; i < 5; i++)
            await ScopedQuery.Point.SdkAsync(session, ids[i]);
        int before = proxy.RoundTrips;
        for (int i = 0; i < 100; i++)
            await ScopedQuery.Point.SdkAsync(session, ids[i]);
        return Figure.Create(
            Name,
            "roundtrips",
            [(proxy.RoundTrips - before) / 100.0],
            "count",
            1,
            false,
            "round trips per statement of a session, counted by a proxy"
        );
    }

    async Task<Figure> PointReadAsync(TestDatabase database, TestOrg org, Guid[] ids, int runs)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        await using NpgsqlDataSource raw = ScopedQuery.Prepared(database.AdminConnectionString);
        Interleaved.Comparison reads = await Interleaved.CompareAsync(
            i => ScopedQuery.Point.SdkAsync(session, ids[i * 7919 % ids.Length]),
            i => ScopedQuery.Point.RawAsync(raw, org.Id.Value, ids[i * 7919 % ids.Length]),
            1_000,
            runs
        );
        return Figure.Create(
            Name,
            "point_read_vs_raw",
            reads.Ratios,
            "ratio",
            1.5,
            false,
            $"{reads.Note}; medians of 1000 reads, loopback"
        );
    }

    /// <summary>
    /// A page of 50 events of a range with Entity Framework Core, and the same statement with the session's own method.
    /// </summary>
    async Task<Figure> EntityFrameworkAsync(TestDatabase database, TestOrg org, SeededFeed feed, int runs)
    {
        const string Sql = """
            select id, occurred_at, source_id, contact_id, member_id, line_id, duration_s, channel, direction, outcome,
                   utc_offset_minutes, external_id, conversation_key
              from callintel.events_between($1, $2) limit 50
            """;
        DateTimeOffset[] starts = [.. feed.GetRecords(0).Select(r => r.OccurredAt.ToUniversalTime())];
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        DbContextOptions<CallIntelDbContext> options = new DbContextOptionsBuilder<CallIntelDbContext>()
            .UseCallIntel(session)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options;
        Interleaved.Comparison reads = await Interleaved.CompareAsync(
            async i =>
            {
                DateTimeOffset start = Start(i);
                await using CallIntelDbContext context = new(options);
                return (await context.EventsBetween(start, start.AddDays(1)).Take(50).ToListAsync()).Count;
            },
            async i =>
            {
                DateTimeOffset start = Start(i);
                return await session
                    .QueryAsync(Sql, Read, [start.UtcDateTime, start.UtcDateTime.AddDays(1)])
                    .CountAsync();
            },
            500,
            runs
        );
        return Figure.Create(
            Name,
            "ef_core_range_vs_sdk",
            reads.Ratios,
            "ratio",
            1.5,
            false,
            $"{reads.Note}; 50 events of a range function into objects, a new DbContext each; medians of 500 reads"
        );

        DateTimeOffset Start(int i) => starts[i * 7919 % starts.Length];

        static EventEntity Read(DbDataReader row) =>
            new()
            {
                Id = row.GetGuid(0),
                OccurredAt = row.GetFieldValue<DateTimeOffset>(1),
                SourceId = row.GetGuid(2),
                ContactId = row.IsDBNull(3) ? null : new ContactId(row.GetGuid(3)),
                MemberId = row.IsDBNull(4) ? null : new MemberId(row.GetGuid(4)),
                LineId = row.IsDBNull(5) ? null : new LineId(row.GetGuid(5)),
                DurationSeconds = row.IsDBNull(6) ? null : row.GetInt32(6),
                Channel = (EventChannel)row.GetInt16(7),
                Direction = (EventDirection)row.GetInt16(8),
                Outcome = (EventOutcome)row.GetInt16(9),
                UtcOffsetMinutes = row.IsDBNull(10) ? null : row.GetInt16(10),
                ExternalId = row.IsDBNull(11) ? null : row.GetString(11),
                ConversationKey = row.IsDBNull(12) ? null : row.GetGuid(12),
            };
    }
}

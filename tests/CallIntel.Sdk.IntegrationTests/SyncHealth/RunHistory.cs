using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

/// <summary>
/// An org with one stream whose runs are moved into the past by minutes, and its sync health at any time.
/// </summary>
sealed class RunHistory
{
    static readonly DateTimeOffset Registered = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    readonly TestDatabase _database;

    RunHistory(TestDatabase database, TestOrg org)
    {
        _database = database;
        Org = org;
    }

    internal TestOrg Org { get; }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static async Task<RunHistory> CreateAsync(
        DatabaseFixture fixture,
        string name,
        TimeSpan? every = null,
        TimeSpan? lag = null
    )
    {
        RunHistory history = new(fixture.Database, await fixture.Database.CreateOrgAsync(name, Cancellation));
        await history.ExecuteAsync(
            """
            with source as (insert into callintel_private.sync_sources (org_id, id, name, kind, expected_every,
                expected_lag, created_at)
                            values ($1, gen_random_uuid(), 'pbx', 'csv', $2, $3, $4) returning org_id, id)
            insert into callintel_private.sync_streams (org_id, id, source_id, name, updated_at)
            select org_id, gen_random_uuid(), id, 'calls', $4 from source
            """,
            history.Org.Id.Value,
            (object?)every ?? DBNull.Value,
            (object?)lag ?? DBNull.Value,
            Registered.UtcDateTime
        );
        return history;
    }

    /// <summary>A run of one minute; without a status other than 1 it is still on.</summary>
    internal Task RunAsync(
        DateTimeOffset start,
        long read = 10,
        long rejected = 0,
        long duplicate = 0,
        short status = 2,
        string? error = null,
        TimeSpan? lag = null,
        TimeSpan? silentAfter = null,
        TimeSpan? heartbeat = null
    ) =>
        ExecuteAsync(
            """
            insert into callintel_private.sync_runs (org_id, id, stream_id, member_id, status, started_at, heartbeat_at,
                heartbeat_every, finished_at,
                                             read, inserted, rejected, duplicate, error_code, watermark)
            select $1, gen_random_uuid(), s.id, gen_random_uuid(), $2, $3, $3 + $4, $5, case when $2 <> 1
                   then $3 + interval '1 minute' end,
                   $6, $6 - $7 - $8, $7, $8, $9, $3 + interval '1 minute' - $10
              from callintel_private.sync_streams s where s.org_id = $1
            """,
            Org.Id.Value,
            status,
            start.UtcDateTime,
            silentAfter ?? TimeSpan.Zero,
            heartbeat ?? TimeSpan.FromSeconds(30),
            read,
            rejected,
            duplicate,
            (object?)error ?? DBNull.Value,
            lag ?? TimeSpan.FromMinutes(2)
        );

    internal async Task<StreamHealth> AtAsync(DateTimeOffset at)
    {
        await using OrgSession session = await Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        SyncHealthReport report = await session.SyncHealth.ReadAsync(at, Cancellation);
        Assert.Equal(at, report.At);
        StreamHealth stream = Assert.Single(report.Streams);
        Assert.Equal((stream.State, stream.SucceededAt ?? stream.Watermark), (report.WorstState, report.AsOf));
        return stream;
    }

    internal async Task<SourceState> StateAtAsync(DateTimeOffset at) => (await AtAsync(at)).State;

    async Task ExecuteAsync(string sql, params object[] values)
    {
        await using NpgsqlCommand command = _database.Admin.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
    }
}

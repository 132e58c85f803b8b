using System.Buffers.Binary;
using System.Data.Common;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using Npgsql;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>
/// A read in up to three forms: through the SDK, as a query of a host in a session, and as a raw statement with a
/// filter on the org, to which no policy applies.
/// </summary>
sealed class ScopedQuery
{
    const string Columns =
        "id, occurred_at, utc_offset_minutes, channel, direction, outcome, contact_id, member_id, duration_s, "
        + "source_id, external_id";
    const string Rows = $"select {Columns} from callintel_private.events";
    const string Sums = "select channel, direction, count(*), sum(duration_s) from";

    const string Buckets = """
        select date_trunc('day', e.occurred_at, 'UTC'), e.channel, e.direction, count(*), coalesce(sum(e.duration_s), 0)
          from callintel_private.events e
         where e.org_id = $1 and e.id >= $2 and e.id < $3 and e.occurred_at >= $4 and e.occurred_at < $5
         group by 1, 2, 3 order by 1, 2, 3
        """;

    internal static readonly DateTime From = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        To = new(2026, 4, 1, 0, 0, 0, DateTimeKind.Utc);

    internal static readonly ScopedQuery Point =
            new($"{Rows} where org_id = $1 and id = $2", (session, id) => FoundAsync(session.Events.FindAsync(id))),
        Page =
            new($"{Rows} where org_id = $1 and id < $2 order by id desc limit 50", (session, id) =>
                CountAsync(
                    session.Events.ReadAsync(
                        EventFilter
                            .All.InRange(
                                new TimeRange(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), GetTime(id))
                            )
                            .Newest(50)
                    )
                )
            ),
        Contact =
            new(
                $"{Rows} where org_id = $1 and contact_id = $2",
                null,
                $"select {Columns} from callintel.events_of($1)"
            ),
        Hour =
            new(
                $"{Rows} where org_id = $1 and id >= $2 and id < $3",
                null,
                $"select {Columns} from callintel.events_between($1, $2)"
            ),
        Fence =
            new(
                $"{Sums} callintel_private.events where org_id = $1 group by 1, 2",
                null,
                $"{Sums} callintel.events group by 1, 2"
            ),
        FencePage =
            new(
                $"{Rows} where org_id = $1 order by id desc limit 50",
                null,
                $"select {Columns} from callintel.events order by id desc limit 50"
            );

    readonly string _raw;
    readonly Func<OrgSession, Guid, Task<long>>? _sdk;
    readonly string? _own;

    ScopedQuery(string raw, Func<OrgSession, Guid, Task<long>>? sdk, string? own = null)
    {
        _raw = raw;
        _sdk = sdk;
        _own = own;
    }

    /// <summary>Reads through the SDK. Returns the number of rows.</summary>
    internal Task<long> SdkAsync(OrgSession session, Guid id) => _sdk!(session, id);

    /// <summary>Reads with a query of a host in a session. Returns the number of rows.</summary>
    internal Task<long> OwnAsync(OrgSession session, params object[] parameters) =>
        CountAsync(session.QueryAsync(_own!, Read, parameters));

    /// <summary>Reads with the raw statement. Returns the number of rows.</summary>
    internal async Task<long> RawAsync(NpgsqlDataSource source, params object[] parameters)
    {
        await using NpgsqlCommand command = source.CreateCommand(_raw);
        return await CountAsync(command, parameters);
    }

    /// <summary>
    /// Aggregates events by day, channel and direction with the function that dashboards call. Returns the number of
    /// groups.
    /// </summary>
    internal static Task<long> BucketsAsync(OrgSession session) =>
        CountAsync(
            session.QueryAsync(
                "select bucket, channel, direction, events, talk_s from callintel.count_events($1, $2, 'day', 'UTC')",
                row => row.GetInt64(3),
                [From, To]
            )
        );

    /// <summary>Runs the same aggregate as a raw statement. Returns the number of groups.</summary>
    internal static async Task<long> RawBucketsAsync(NpgsqlDataSource source, Guid org)
    {
        await using NpgsqlCommand command = source.CreateCommand(Buckets);
        return await CountAsync(command, org, EventId.FirstOf(From), EventId.FirstOf(To), From, To);
    }

    internal static async Task<long> CountAsync(NpgsqlCommand command, params object[] parameters)
    {
        foreach (object parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        long found = 0;
        for (; await reader.ReadAsync(); found++)
            Read(reader);
        return found;
    }

    /// <summary>Creates a data source that prepares statements automatically, as connections of the SDK do.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="resets">Whether the pool resets a connection before it is used again, which is the default.</param>
    /// <param name="options">Settings of the connections. Null for none.</param>
    internal static NpgsqlDataSource Prepared(string connectionString, bool resets = true, string? options = null) =>
        NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                MaxAutoPrepare = 64,
                AutoPrepareMinUsages = 2,
                NoResetOnClose = !resets,
                Options = options,
            }.ConnectionString
        );

    /// <summary>Returns the time that an id contains, in milliseconds.</summary>
    internal static DateTimeOffset GetTime(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
    }

    /// <summary>Returns the hour that begins at the time of an id.</summary>
    internal static (DateTime From, DateTime To) GetHour(Guid id) =>
        (GetTime(id).UtcDateTime, GetTime(id).UtcDateTime.AddHours(1));

    static async Task<long> FoundAsync(Task<ConversationEvent?> find) => await find is null ? 0 : 1;

    static async Task<long> CountAsync<T>(IAsyncEnumerable<T> rows)
    {
        long found = 0;
        await foreach (T _ in rows)
            found++;
        return found;
    }

    static long Read(DbDataReader row) => row.FieldCount;
}

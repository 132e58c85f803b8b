using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>
/// The parameters every figure has: <c>$1</c> org, <c>$2</c> and <c>$3</c> the range of ids, <c>$4</c> and <c>$5</c> the range of time.
/// </summary>
/// <remarks>
/// The ids prune partitions and are the key inside of one; they know milliseconds only, so the time itself decides. The driver sends the
/// statement prepared, and plans are generic: it is the executor that prunes.
/// </remarks>
static class DashboardCommand
{
    static readonly TimeSpan AlmostOneMillisecond = TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond - 1);

    internal static NpgsqlBatchCommand Create(string sql, OrgId org, TimeRange range, TimeSpan before = default, TimeSpan after = default)
    {
        range.ThrowIfInvalid();
        NpgsqlBatchCommand command = new(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = org.Value });
        AddRange(command, range, before, after);
        return command;
    }

    /// <summary>Adds the two ranges. What a figure looks up around the range widens the ids and leaves the time.</summary>
    internal static void AddRange(NpgsqlBatchCommand command, TimeRange range, TimeSpan before = default, TimeSpan after = default)
    {
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = EventId.FirstOf(Later(range.From, -before)) });
        // rounded up: where the range ends within a millisecond, ids of that millisecond are still within the range
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = EventId.FirstOf(Later(range.To, after + AlmostOneMillisecond)) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = range.From.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = range.To.UtcDateTime });
    }

    /// <summary>Ids begin with 1970 and end with the calendar; a moment beyond means the border.</summary>
    static DateTimeOffset Later(DateTimeOffset moment, TimeSpan span)
    {
        if (moment <= DateTimeOffset.UnixEpoch - TimeSpan.FromDays(2))
            return DateTimeOffset.UnixEpoch;
        if (span > DateTimeOffset.MaxValue - moment)
            return DateTimeOffset.MaxValue;
        DateTimeOffset later = moment.ToUniversalTime() + span;
        return later < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : later;
    }
}

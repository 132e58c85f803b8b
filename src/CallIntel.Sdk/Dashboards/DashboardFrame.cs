using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Where an answer comes from, and the period before the range of the question.</summary>
readonly record struct DashboardFrame(DashboardSource Source, DateTimeOffset Starts, DateTimeOffset Ends)
{
    const string Period = ", p.starts, p.ends from callintel.previous_period($1, $2, $4) p";

    /// <summary>For figures with buckets of time.</summary>
    internal const string ByTime =
        "select callintel.figure_source($1, $2, $3, $4, null, " + DashboardCommand.Filter + ")" + Period;

    /// <summary>For the hours of the week.</summary>
    internal const string ByHour =
        "select callintel.figure_source($1, $2, 'hour', $4, null, " + DashboardCommand.Filter + ")" + Period;

    internal const string ByMember =
        "select callintel.figure_source($1, $2, null, null, 'member', " + DashboardCommand.Filter + ")" + Period;

    internal const string ByLine =
        "select callintel.figure_source($1, $2, null, null, 'line', " + DashboardCommand.Filter + ")" + Period;

    /// <summary>For figures by contact.</summary>
    internal const string ByContact =
        "select callintel.figure_source($1, $2, null, null, 'contact', " + DashboardCommand.Filter + ")" + Period;

    /// <summary>For figures by contact with buckets of time.</summary>
    internal const string ByContactAndTime =
        "select callintel.figure_source($1, $2, $3, $4, 'contact', " + DashboardCommand.Filter + ")" + Period;

    /// <summary>For waiting times by day.</summary>
    internal const string ByWaitAndDay =
        "select callintel.figure_source($1, $2, null, $4, 'wait', " + DashboardCommand.Filter + ")" + Period;

    /// <summary>For waiting times of the whole range.</summary>
    internal const string ByWait =
        "select callintel.figure_source($1, $2, null, null, 'wait', " + DashboardCommand.Filter + ")" + Period;

    /// <summary>For figures that no cells answer.</summary>
    internal const string FromEvents = "select 0::smallint" + Period;

    internal static DashboardFrame Read(NpgsqlDataReader row) =>
        new(
            row.IsDBNull(0) ? DashboardSource.Events : (DashboardSource)row.GetInt16(0),
            row.GetFieldValue<DateTimeOffset>(1),
            row.GetFieldValue<DateTimeOffset>(2)
        );
}

using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Organization;

/// <summary>
/// Manages the session's org as a whole: its time zone, its business hours, and its deletion.
/// </summary>
/// <remarks>Thread-safe. The audit log records every change.</remarks>
public sealed partial class OrgSettings
{
    const string ReadSql = "select zone, weekdays, opens, closes, days_closed from callintel.read_business_hours()";
    const string SetSql = "select callintel.set_business_hours($1, $2, $3, $4, $5)";
    const int MinutesOfDay = 24 * 60;

    readonly SessionTransport _session;

    internal OrgSettings(SessionTransport session) => _session = session;

    /// <summary>Returns the business hours of the org.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The hours; null if none were set. Hours and holidays are empty if the caller may not read dashboards.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<BusinessHours?> GetBusinessHoursAsync(CancellationToken cancellationToken = default) =>
        (await _session.ListAsync(new NpgsqlBatchCommand(ReadSql), Read, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Replaces the home zone, the business hours and the holidays of the org.</summary>
    /// <param name="hours">The hours.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>Requires <see cref="Permission.ManageMembers"/>.</remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0025</c> the time zone is not an IANA name that the database knows; <c>CI0265</c> an interval does not open
    /// before it closes, has fractions of a minute or overlaps another one, or there are too many intervals or
    /// holidays; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public async Task SetBusinessHoursAsync(BusinessHours hours, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hours);
        // The database knows the zones. A name that PostgreSQL cannot even receive is refused here.
        if (hours.HomeZone is null || hours.HomeZone.Any(c => !char.IsAscii(c) || char.IsControl(c)))
            throw new CallIntelException(
                ErrorCodes.UnknownTimeZone,
                "The time zone name is invalid or unknown to the database.",
                "Use an IANA name such as \"Europe/Copenhagen\"."
            );
        if (hours.Weekly.Any(h => !Enum.IsDefined(h.Day) || !IsWholeMinute(h.Opens) || !IsWholeMinute(h.Closes)))
            throw new CallIntelException(
                ErrorCodes.InvalidBusinessHours,
                "The business hours are not valid.",
                "Use weekdays from Sunday to Saturday, and times in whole minutes."
            );
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(SetSql).With(
            hours.HomeZone,
            SqlValue.Column(NpgsqlDbType.Smallint, hours.Weekly, h => (short)h.Day),
            SqlValue.Column(NpgsqlDbType.Integer, hours.Weekly, h => MinuteOf(h.Opens)),
            SqlValue.Column(NpgsqlDbType.Integer, hours.Weekly, h =>
                h.Closes == TimeOnly.MinValue ? MinutesOfDay : MinuteOf(h.Closes)
            ),
            SqlValue.Column(NpgsqlDbType.Date, hours.Holidays, day => day)
        );
        await _session.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    static BusinessHours? Read(NpgsqlDataReader row)
    {
        if (row.IsDBNull(0))
            return null;
        short[] days = row.GetFieldValue<short[]>(1);
        int[] opens = row.GetFieldValue<int[]>(2);
        int[] closes = row.GetFieldValue<int[]>(3);
        return new BusinessHours(
            row.GetString(0),
            [.. days.Select((day, i) => new OpeningHours((DayOfWeek)day, TimeOf(opens[i]), TimeOf(closes[i])))],
            row.GetFieldValue<DateOnly[]>(4)
        );
    }

    static bool IsWholeMinute(TimeOnly time) => time.Ticks % TimeSpan.TicksPerMinute == 0;

    static int MinuteOf(TimeOnly time) => (int)(time.Ticks / TimeSpan.TicksPerMinute);

    static TimeOnly TimeOf(int minute) => new(minute % MinutesOfDay * TimeSpan.TicksPerMinute);
}

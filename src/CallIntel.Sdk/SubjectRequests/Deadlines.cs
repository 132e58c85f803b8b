namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Computes the periods of data subject requests. Thread-safe.</summary>
/// <remarks>
/// <para>
/// GDPR and UK GDPR: one month from the receipt (article 12(3)), and two more if it is extended. The period ends with
/// the day that has the same number as the day of receipt, or with the last day of a shorter month. If that day is a
/// Saturday, a Sunday or a public holiday, the period ends with the next working day (Regulation 1182/71, article 3).
/// </para>
/// <para>
/// CCPA: 45 calendar days, and 45 more if it is extended (11 CCR 7021); the receipt is confirmed within 10 business
/// days. Opt-outs are executed within 15 business days (7026). Calendar days are not moved to a working day.
/// </para>
/// </remarks>
public static class Deadlines
{
    const int CcpaDays = 45;
    const int CcpaAcknowledgementDays = 10;
    const int CcpaOptOutDays = 15;
    const int ExtendedMonths = 3;

    /// <summary>Returns the last day on which an answer is in time.</summary>
    /// <param name="regulation">The law.</param>
    /// <param name="type">What the person requests.</param>
    /// <param name="received">The day of receipt, in the home zone of the org.</param>
    /// <param name="calendar">The working days.</param>
    public static DateOnly Response(
        SubjectRegulation regulation,
        SubjectRequestType type,
        DateOnly received,
        WorkingCalendar calendar
    )
    {
        ArgumentNullException.ThrowIfNull(calendar);
        if (regulation is not SubjectRegulation.Ccpa)
            return calendar.NextWorkingDay(received.AddMonths(1));
        return type is SubjectRequestType.OptOut
            ? calendar.AddWorkingDays(received, CcpaOptOutDays)
            : received.AddDays(CcpaDays);
    }

    /// <summary>Returns the last day on which an answer is in time if the period is extended.</summary>
    /// <param name="regulation">The law.</param>
    /// <param name="type">What the person requests.</param>
    /// <param name="received">The day of receipt, in the home zone of the org.</param>
    /// <param name="calendar">The working days.</param>
    /// <returns>The day; null if the law knows no extension: opt-outs under the CCPA.</returns>
    public static DateOnly? Extended(
        SubjectRegulation regulation,
        SubjectRequestType type,
        DateOnly received,
        WorkingCalendar calendar
    )
    {
        ArgumentNullException.ThrowIfNull(calendar);
        if (regulation is not SubjectRegulation.Ccpa)
            return calendar.NextWorkingDay(received.AddMonths(ExtendedMonths));
        return type is SubjectRequestType.OptOut ? null : received.AddDays(2 * CcpaDays);
    }

    /// <summary>Returns the last day on which confirming the receipt is in time.</summary>
    /// <param name="regulation">The law.</param>
    /// <param name="type">What the person requests.</param>
    /// <param name="received">The day of receipt, in the home zone of the org.</param>
    /// <param name="calendar">The working days.</param>
    /// <returns>The day; null if the law does not require a confirmation.</returns>
    public static DateOnly? Acknowledgement(
        SubjectRegulation regulation,
        SubjectRequestType type,
        DateOnly received,
        WorkingCalendar calendar
    )
    {
        ArgumentNullException.ThrowIfNull(calendar);
        return regulation is SubjectRegulation.Ccpa && type is not SubjectRequestType.OptOut
            ? calendar.AddWorkingDays(received, CcpaAcknowledgementDays)
            : null;
    }

    /// <summary>Returns the day of a moment in a time zone.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="zone">The home zone of the org.</param>
    public static DateOnly DayOf(DateTimeOffset moment, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);
    }

    /// <summary>Returns the first moment after a day in a time zone, in UTC.</summary>
    /// <param name="day">The day.</param>
    /// <param name="zone">The home zone of the org.</param>
    /// <remarks>
    /// If clocks are set forward at midnight, the next day begins after the gap. If they are set back to midnight, it
    /// begins at the first midnight.
    /// </remarks>
    public static DateTimeOffset EndOf(DateOnly day, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        DateTime next = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(next))
            next = next.AddMinutes(1);
        TimeSpan offset = zone.IsAmbiguousTime(next)
            ? zone.GetAmbiguousTimeOffsets(next).Max()
            : zone.GetUtcOffset(next);
        return new DateTimeOffset(next, offset).ToUniversalTime();
    }
}

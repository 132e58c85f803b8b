namespace CallIntel.Sdk.Organization;

/// <summary>When the org is open.</summary>
/// <param name="HomeZone">The IANA time zone of the hours and holidays, for example <c>Europe/Copenhagen</c>.</param>
/// <param name="Weekly">
/// The intervals in which the org is open, by weekday and time. A day can have several, which must not overlap. At most
/// <see cref="MaxIntervals"/>. An empty list means that no hours are known.
/// </param>
/// <param name="Holidays">
/// The days on which the org is closed all day, in ascending order. At most <see cref="MaxHolidays"/>.
/// </param>
public sealed record BusinessHours(
    string HomeZone,
    IReadOnlyList<OpeningHours> Weekly,
    IReadOnlyList<DateOnly> Holidays
)
{
    /// <summary>The maximum number of intervals in a week.</summary>
    public const int MaxIntervals = 200;

    /// <summary>The maximum number of holidays.</summary>
    public const int MaxHolidays = 1000;
}

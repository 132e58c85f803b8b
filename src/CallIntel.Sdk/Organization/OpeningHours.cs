namespace CallIntel.Sdk.Organization;

/// <summary>An interval of a weekday in which the org is open.</summary>
/// <param name="Day">The weekday.</param>
/// <param name="Opens">When the org opens, in whole minutes. The interval contains this time.</param>
/// <param name="Closes">
/// When the org closes, in whole minutes. The interval does not contain this time. 00:00 is the end of the day. Divide
/// an interval over midnight into two.
/// </param>
public readonly record struct OpeningHours(DayOfWeek Day, TimeOnly Opens, TimeOnly Closes);

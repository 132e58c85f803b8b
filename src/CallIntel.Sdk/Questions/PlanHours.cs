namespace CallIntel.Sdk.Questions;

/// <summary>Limits a plan to some hours of some days of the week, in the plan's time zone.</summary>
/// <param name="Days">The days of the week.</param>
/// <param name="From">The first hour, 0 to 23.</param>
/// <param name="To">
/// The hour at which the part of the day ends, exclusive: 1 to 24, later than <see cref="From"/>.
/// </param>
public readonly record struct PlanHours(PlanDays Days, int From, int To)
{
    internal bool IsValid =>
        Days is not 0 && (Days & ~PlanDays.All) == 0 && From is >= 0 and <= 23 && To is >= 1 and <= 24 && To > From;

    internal bool Contains(DateTime local) =>
        local.Hour >= From && local.Hour < To && (Days & (PlanDays)(1 << (int)local.DayOfWeek)) != 0;

    internal bool Contains(DayOfWeek day, int hour) =>
        hour >= From && hour < To && (Days & (PlanDays)(1 << (int)day)) != 0;
}

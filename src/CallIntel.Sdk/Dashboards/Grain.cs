namespace CallIntel.Sdk.Dashboards;

/// <summary>The size of time buckets (hours, days, weeks or months) and their time zone.</summary>
/// <remarks>The default value is <see cref="Hour"/> in UTC.</remarks>
public readonly record struct Grain
{
    readonly string? _unit;
    readonly string? _timeZone;

    Grain(string unit, string? timeZone = null)
    {
        _unit = unit;
        _timeZone = timeZone;
    }

    /// <summary>Hours.</summary>
    public static Grain Hour => new("hour");

    /// <summary>Calendar days. A day has 23 or 25 hours when the clocks change.</summary>
    public static Grain Day => new("day");

    /// <summary>Weeks, starting on Monday.</summary>
    public static Grain Week => new("week");

    /// <summary>Calendar months.</summary>
    public static Grain Month => new("month");

    /// <summary>The IANA name of the time zone that defines the buckets.</summary>
    /// <value>The default value is <c>UTC</c>.</value>
    public string TimeZone => _timeZone ?? TimeZones.Utc;

    internal string Unit => _unit ?? "hour";

    /// <summary>Returns the same bucket size in another time zone.</summary>
    /// <param name="timeZone">An IANA name, for example <c>Europe/Copenhagen</c>.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0025</c>: the name does not have the form of an IANA name. The database checks later whether the zone
    /// exists.
    /// </exception>
    public Grain In(string timeZone) => new(Unit, TimeZones.Checked(timeZone));

    /// <inheritdoc/>
    public override string ToString() => $"{Unit} ({TimeZone})";
}

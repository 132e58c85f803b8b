namespace CallIntel.Sdk.Dashboards;

/// <summary>How finely a figure is cut: hours, days, weeks or months, by the clock of a time zone.</summary>
/// <remarks>The default value is <see cref="Hour"/>.</remarks>
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

    /// <summary>Calendar days: 23 or 25 hours where the clocks change.</summary>
    public static Grain Day => new("day");

    /// <summary>Weeks, from Monday on.</summary>
    public static Grain Week => new("week");

    /// <summary>Calendar months.</summary>
    public static Grain Month => new("month");

    /// <summary>The IANA name of the time zone whose clock cuts.</summary>
    /// <value>The default value is <c>UTC</c>.</value>
    public string TimeZone => _timeZone ?? TimeZones.Utc;

    internal string Unit => _unit ?? "hour";

    /// <summary>The same grain by the clock of a time zone.</summary>
    /// <param name="timeZone">An IANA name, for example <c>Europe/Copenhagen</c>.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0025</c>: not the form of an IANA name. Whether there is such a zone the database says.
    /// </exception>
    public Grain In(string timeZone) => new(Unit, TimeZones.Checked(timeZone));

    /// <inheritdoc/>
    public override string ToString() => $"{Unit} ({TimeZone})";
}

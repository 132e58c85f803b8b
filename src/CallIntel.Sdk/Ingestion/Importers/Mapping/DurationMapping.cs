using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The duration of an event: a decimal number of seconds, or of another unit.</summary>
public sealed partial class DurationMapping
{
    /// <summary>The field with the duration. Required. If the field is empty, the duration is unknown.</summary>
    public string? Field { get; set; }

    /// <summary>
    /// A value of the field that means that the call was not answered, for example <c>-1</c>. The event then has no
    /// duration, and its outcome is missed.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: no such value.</value>
    public string? Missed { get; set; }

    /// <summary>
    /// Whether a text such as <c>1:35</c> means hours and minutes. Otherwise it means minutes and seconds.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool HoursAndMinutes { get; set; }

    /// <summary>The number of units in a second, for example 1000 for milliseconds.</summary>
    /// <value>The default value is 1.</value>
    public int PerSecond { get; set; } = 1;

    /// <summary>Whether a number counts minutes, as bills do. Texts such as <c>1:35</c> keep their meaning.</summary>
    /// <value>The default value is <see langword="false"/>: a number counts seconds.</value>
    public bool IsMinutes { get; set; }

    /// <param name="text">The text of the field.</param>
    /// <param name="commaCanGroup">Whether a comma can separate thousands in this file.</param>
    /// <param name="outcome">The outcome, which the duration can show.</param>
    /// <param name="duration">The duration; null if it is not known.</param>
    /// <returns>Why the duration cannot be read, or null if it was read.</returns>
    internal ReadFault? Read(string? text, bool commaCanGroup, ref EventOutcome outcome, out TimeSpan? duration)
    {
        duration = null;
        // reports write a dash where there is no value
        if (string.IsNullOrWhiteSpace(text) || text.Trim() is "-" or "--" or "\u2013" or "\u2014")
            return null;
        if (text == Missed)
            // a call that is known to be rejected or busy stays one
            outcome = outcome is EventOutcome.Completed or EventOutcome.Unknown ? EventOutcome.Missed : outcome;
        else if (FaultOf(text, commaCanGroup) is { } fault)
            return new(RejectReason.Malformed, fault);
        else if (!TryRead(text, out TimeSpan value))
            return new(RejectReason.Malformed, $"duration: expected {DurationText.Expected}");
        else if (Math.Abs(value.TotalSeconds) > 31_556_952)
            return new(RejectReason.DurationOutOfRange, "duration: longer than a year; check duration.perSecond");
        else
            duration = value;
        return null;
    }

    bool TryRead(string text, out TimeSpan duration)
    {
        if (HoursAndMinutes && text.Count(c => c == ':') == 1)
            text = $"{text.Trim()}:00";
        bool isRead = DurationText.TryRead(text, PerSecond, out duration);
        if (isRead && IsMinutes && DecimalText.TryRead(text, commaIsDecimal: true, out _))
            duration = TimeSpan.FromMinutes(Math.Clamp(duration.TotalSeconds, -1e9, 1e9));
        return isRead;
    }

    /// <summary>Why a number is not a duration although it can be read as one; null if it can be one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="commaCanGroup">Whether a comma can separate thousands in this file.</param>
    static string? FaultOf(string text, bool commaCanGroup) =>
        DayFraction().IsMatch(text)
            ? "duration: a fraction of a day, as spreadsheets write it; export it again in the format [h]:mm:ss"
        : commaCanGroup && Grouped().IsMatch(text)
            ? "duration: the comma can separate thousands or decimals; export it again without it"
        : null;

    [GeneratedRegex(@"^\s*0[.,](?=0*[1-9])[0-9]{10,}\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex DayFraction();

    [GeneratedRegex(@"^\s*[1-9][0-9]{0,2},[0-9]{3}\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Grouped();
}

using System.Globalization;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.TenantApi.Demo;

namespace CallIntel.TenantApi.Components;

/// <summary>Writes times, durations and shares as the page shows them.</summary>
static class Display
{
    static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById(DemoPeople.TimeZone);

    public static DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone);

    public static string Time(DateTimeOffset time) =>
        Local(time).ToString("ddd d MMM, HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The beginning of a day in the time zone of the org.</summary>
    public static DateTimeOffset StartOf(DateOnly day)
    {
        DateTime start = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(start, Zone.GetUtcOffset(start));
    }

    public static string Day(DateTimeOffset time) => Local(time).ToString("d MMM", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset time) => Local(time).ToString("HH:mm", CultureInfo.InvariantCulture);

    public static string Count(double count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Share(double share) => share.ToString("0%", CultureInfo.InvariantCulture);

    public static string Change(double change) => change.ToString("+0%;−0%;±0%", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan duration) =>
        duration.TotalHours >= 1 ? $"{(int)duration.TotalHours} h {duration.Minutes} min"
        : duration.TotalMinutes >= 1 ? $"{duration.Minutes} min {duration.Seconds} s"
        : $"{duration.Seconds} s";

    public static string Value(double? value, QuestionUnit unit) =>
        (value, unit) switch
        {
            (null, _) => "–",
            ({ } share, QuestionUnit.Share) => share.ToString("0.0%", CultureInfo.InvariantCulture),
            ({ } seconds, QuestionUnit.Seconds) => Duration(TimeSpan.FromSeconds(Math.Round(seconds))),
            ({ } count, _) => Count(count),
        };

    /// <summary>Writes a name of an enumeration as words: "MissedCalls" as "Missed calls".</summary>
    public static string Words(string name) =>
        string.Concat(
            name.Select(
                (c, i) =>
                    i == 0 ? char.ToUpperInvariant(c).ToString()
                    : c == '_' ? " "
                    : char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}"
                    : c.ToString()
            )
        );

    public static string Law(SubjectRegulation regulation) =>
        regulation switch
        {
            SubjectRegulation.UkGdpr => "UK GDPR",
            SubjectRegulation.Other => "other law",
            _ => regulation.ToString().ToUpperInvariant(),
        };

    public static string Purpose(AccessPurpose purpose) =>
        purpose switch
        {
            AccessPurpose.None => "No special purpose",
            AccessPurpose.SubjectRequest => "Request of a person",
            AccessPurpose.LegalObligation => "Legal obligation",
            _ => purpose.ToString(),
        };

    public static string State(SourceState state) =>
        state switch
        {
            SourceState.Ok => "Up to date",
            SourceState.ZeroRows => "Nothing new",
            SourceState.NeverRun => "Never run",
            _ => state.ToString(),
        };

    /// <summary>A sentence about an event: its channel, direction and outcome.</summary>
    public static string Kind(ConversationEvent e) =>
        (e.Channel, e.Direction, e.Outcome) switch
        {
            (EventChannel.Call, EventDirection.Inbound, EventOutcome.Completed) => "Incoming call",
            (EventChannel.Call, EventDirection.Inbound, _) => "Missed call",
            (EventChannel.Call, _, EventOutcome.Completed) => "Outgoing call",
            (EventChannel.Call, _, _) => "Outgoing call, no answer",
            (EventChannel.Voicemail, _, _) => "Voicemail",
            (_, EventDirection.Inbound, _) => "Message received",
            _ => "Message sent",
        };

    /// <summary>The style of an event: its icon and color.</summary>
    public static string Style(ConversationEvent e) =>
        e.Channel switch
        {
            EventChannel.Call when e.Outcome is not EventOutcome.Completed => "missed",
            EventChannel.Call => e.Direction is EventDirection.Inbound ? "in" : "out",
            EventChannel.Voicemail => "voicemail",
            _ => "message",
        };
}

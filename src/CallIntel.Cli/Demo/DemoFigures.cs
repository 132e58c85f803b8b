using CallIntel.Sdk;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Cli.Demo;

/// <summary>The calls, or the messages, of one direction.</summary>
sealed record DemoVolume(EventChannel Channel, EventDirection Direction, long Count, long TalkSeconds);

/// <summary>The calls and messages of one month, week or day.</summary>
sealed record DemoPeriod(DateTimeOffset Start, long Calls, long Messages);

/// <summary>A person with many calls or messages. <c>Label</c> is the name or number; null for all others.</summary>
sealed record DemoContact(string? Label, long Count, long TalkSeconds);

/// <summary>The figures of everything that was imported.</summary>
sealed record DemoFigures(
    DateTimeOffset From,
    DateTimeOffset To,
    string TimeZone,
    string Period,
    IReadOnlyList<DemoVolume> Volume,
    IReadOnlyList<DemoPeriod> Periods,
    IReadOnlyList<BusyHour> BusiestHours,
    IReadOnlyList<DemoContact> Contacts,
    long InboundCalls,
    long UnansweredCalls,
    long CalledBack,
    ResponseTimes Responses
)
{
    const int Top = 10;

    /// <summary>Reads the figures. Returns null if there are no events.</summary>
    internal static async Task<DemoFigures?> ReadAsync(
        OrgSession session,
        string zone,
        CancellationToken cancellationToken
    )
    {
        (DateTimeOffset First, DateTimeOffset Last)? span = await session
            .QueryAsync(
                "select min(occurred_at), max(occurred_at) from callintel.events having count(*) > 0",
                row =>
                    ((DateTimeOffset, DateTimeOffset)?)
                        (row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset>(1)),
                cancellationToken: cancellationToken
            )
            .FirstOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        if (span is not { } events)
            return null;
        TimeRange range = new(events.First, events.Last.AddSeconds(1));
        (string name, Grain grain) = (events.Last - events.First).TotalDays switch
        {
            > 200 => ("month", Grain.Month),
            > 21 => ("week", Grain.Week),
            _ => ("day", Grain.Day),
        };
        DashboardReader dashboards = session.Dashboards;
        DashboardAnswer<VolumePoint> volume = await dashboards
            .VolumeAsync(range, grain.In(zone), cancellationToken)
            .ConfigureAwait(false);
        DashboardAnswer<BusyHour> hours = await dashboards
            .BusiestHoursAsync(range, zone, cancellationToken)
            .ConfigureAwait(false);
        DashboardAnswer<ContactVolume> contacts = await dashboards
            .TopContactsAsync(range, Top, cancellationToken)
            .ConfigureAwait(false);
        DashboardAnswer<UnansweredDay> unanswered = await dashboards
            .UnansweredCallsAsync(range, zone, cancellationToken)
            .ConfigureAwait(false);
        DashboardAnswer<ResponseTimes> responses = await dashboards
            .ResponseTimesAsync(range, cancellationToken)
            .ConfigureAwait(false);
        IReadOnlyDictionary<ContactId, ContactLabel> labels = await session
            .Contacts.ListLabelsAsync([.. contacts.Rows.Select(c => c.Contact).OfType<ContactId>()], cancellationToken)
            .ConfigureAwait(false);
        return new DemoFigures(
            events.First,
            events.Last,
            zone,
            name,
            [
                .. volume
                    .Rows.GroupBy(v => (v.Channel, v.Direction))
                    .OrderBy(g => g.Key)
                    .Select(g => new DemoVolume(
                        g.Key.Channel,
                        g.Key.Direction,
                        g.Sum(v => v.Events),
                        g.Sum(v => v.TalkSeconds)
                    )),
            ],
            [
                .. volume
                    .Rows.GroupBy(v => v.Start)
                    .Select(g => new DemoPeriod(
                        g.Key,
                        g.Where(IsCall).Sum(v => v.Events),
                        g.Where(v => !IsCall(v)).Sum(v => v.Events)
                    )),
            ],
            [.. hours.Rows.Take(5)],
            [
                .. contacts.Rows.Select(c => new DemoContact(
                    c.Contact is { } id && labels.TryGetValue(id, out ContactLabel? label) ? label.Text : null,
                    c.Events,
                    c.TalkSeconds
                )),
            ],
            unanswered.Rows.Sum(d => d.Calls),
            unanswered.Rows.Sum(d => d.Unanswered),
            unanswered.Rows.Sum(d => d.CalledBack),
            responses.Rows[0]
        );
    }

    static bool IsCall(VolumePoint point) => point.Channel is EventChannel.Call or EventChannel.Voicemail;
}

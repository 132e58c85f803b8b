using CallIntel.Sdk;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;

namespace CallIntel.Quickstart;

sealed record Volume(EventChannel Channel, EventDirection Direction, long Events, long TalkSeconds);

sealed record DayVolume(DateOnly Day, long Calls, long Messages);

sealed record Contact(Guid? Id, long Events, long TalkSeconds);

/// <summary>
/// The dashboard of one org for the three weeks of the study. Each of the five calls is one round trip.
/// </summary>
sealed record Figures(
    IReadOnlyList<Volume> Volume,
    IReadOnlyList<DayVolume> EventsByDay,
    IReadOnlyList<BusyHour> BusiestHours,
    IReadOnlyList<Contact> TopContacts,
    IReadOnlyList<UnansweredDay> UnansweredByDay,
    ResponseTimes Responses,
    DateTimeOffset? AsOf
)
{
    static readonly TimeRange Study = new(
        new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero),
        new(2026, 1, 26, 0, 0, 0, TimeSpan.Zero)
    );

    public long InboundCalls => UnansweredByDay.Sum(day => day.Calls);

    public long UnansweredCalls => UnansweredByDay.Sum(day => day.Unanswered);

    public long CalledBack => UnansweredByDay.Sum(day => day.CalledBack);

    public static async Task<Figures> ReadAsync(OrgSession session, CancellationToken cancellationToken)
    {
        DashboardReader dashboards = session.Dashboards;
        DashboardAnswer<VolumePoint> days = await dashboards.VolumeAsync(Study, Grain.Day, cancellationToken);
        DashboardAnswer<BusyHour> hours = await dashboards.BusiestHoursAsync(
            Study,
            cancellationToken: cancellationToken
        );
        DashboardAnswer<ContactVolume> contacts = await dashboards.TopContactsAsync(Study, 5, cancellationToken);
        DashboardAnswer<UnansweredDay> unanswered = await dashboards.UnansweredCallsAsync(
            Study,
            cancellationToken: cancellationToken
        );
        DashboardAnswer<ResponseTimes> responses = await dashboards.ResponseTimesAsync(Study, cancellationToken);

        return new Figures(
            [
                .. days
                    .Rows.GroupBy(row => (row.Channel, row.Direction))
                    .OrderBy(group => group.Key)
                    .Select(group => new Volume(
                        group.Key.Channel,
                        group.Key.Direction,
                        group.Sum(row => row.Events),
                        group.Sum(row => row.TalkSeconds)
                    )),
            ],
            [
                .. days
                    .Rows.GroupBy(row => DateOnly.FromDateTime(row.Start.Date))
                    .Select(group => new DayVolume(
                        group.Key,
                        Events(group, EventChannel.Call),
                        Events(group, EventChannel.Sms)
                    )),
            ],
            [.. hours.Rows.Take(5)],
            [.. contacts.Rows.Select(row => new Contact(row.Contact?.Value, row.Events, row.TalkSeconds))],
            unanswered.Rows,
            responses.Rows[0],
            days.AsOf
        );
    }

    static long Events(IEnumerable<VolumePoint> rows, EventChannel channel) =>
        rows.Where(row => row.Channel == channel).Sum(row => row.Events);
}

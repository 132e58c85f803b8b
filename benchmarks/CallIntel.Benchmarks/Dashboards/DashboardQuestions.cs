using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Dashboards;

/// <summary>A question whose time is measured.</summary>
/// <param name="Name">The name of its figure.</param>
/// <param name="Role">Who asks. The analyst is listed for restricted contacts.</param>
/// <param name="Ask">Asks the question for an org and a range and returns the number of rows.</param>
sealed record DashboardQuestion(string Name, OrgRole Role, Func<DashboardReader, TestOrg, TimeRange, Task<int>> Ask)
{
    const int Page = 50;

    /// <summary>Every figure without a filter, and those that a filter or a list answers from other sources.</summary>
    internal static IReadOnlyList<DashboardQuestion> All { get; } =
    [
        Of("volume_by_day", (d, _, r) => d.VolumeAsync(r, Grain.Day.In(DashboardData.HomeZone))),
        Of("volume_by_hour", (d, _, r) => d.VolumeAsync(r, Grain.Hour)),
        Of("volume_of_a_line", (d, o, r) => d.VolumeAsync(Of(r, new() { Line = new(IdOf(o, "line0")) }))),
        Of("volume_of_a_contact", (d, o, r) => d.VolumeAsync(Of(r, new() { Contact = new(IdOf(o, "0")) }))),
        Of("busiest_hours", (d, _, r) => d.BusiestHoursAsync(r, DashboardData.HomeZone)),
        Of("answer_rate", (d, _, r) => d.AnswerRateAsync(Of(r, DashboardFilter.All))),
        Of("member_activity", (d, _, r) => d.MemberActivityAsync(r)),
        Of("line_activity", (d, _, r) => d.LineActivityAsync(r)),
        Of("leaderboard", (d, _, r) => d.LeaderboardAsync(new DashboardQuery(r))),
        Of("top_contacts", (d, _, r) => d.TopContactsAsync(r, 10)),
        Of("top_contacts_inbound", (d, _, r) => d.TopContactsAsync(Of(r, Inbound), 10)),
        Of("unanswered_calls", (d, _, r) => d.UnansweredCallsAsync(r, DashboardData.HomeZone)),
        Of("response_times", (d, _, r) => d.ResponseTimesAsync(r)),
        Of("calls_to_return", (d, _, r) => d.CallsToReturnAsync(new DashboardQuery(r), Page)),
        Of("threads", (d, _, r) => d.ThreadsAsync(new DashboardQuery(r), Page)),
        Of("contact_counts", (d, _, r) => d.ContactCountsAsync(Of(r, DashboardFilter.All))),
        Of("costs", (d, _, r) => d.CostsAsync(Of(r, DashboardFilter.All))),
        Listed("volume_by_day_listed", (d, _, r) => d.VolumeAsync(r, Grain.Day.In(DashboardData.HomeZone))),
        Listed("top_contacts_listed", (d, _, r) => d.TopContactsAsync(r, 10)),
        Listed("unanswered_calls_listed", (d, _, r) => d.UnansweredCallsAsync(r, DashboardData.HomeZone)),
    ];

    static DashboardFilter Inbound => new() { Direction = EventDirection.Inbound };

    static DashboardQuery Of(TimeRange range, DashboardFilter filter) =>
        new(range) { Grain = Grain.Day.In(DashboardData.HomeZone), Filter = filter };

    static DashboardQuestion Of<T>(
        string name,
        Func<DashboardReader, TestOrg, TimeRange, Task<DashboardAnswer<T>>> ask
    ) => new(name, OrgRole.Viewer, async (d, o, r) => (await ask(d, o, r)).Rows.Count);

    static DashboardQuestion Listed<T>(
        string name,
        Func<DashboardReader, TestOrg, TimeRange, Task<DashboardAnswer<T>>> ask
    ) => Of(name, ask) with { Role = OrgRole.Analyst };

    /// <summary>The id that the data of an org has for a name, as the statements of the data compute it.</summary>
    static Guid IdOf(TestOrg org, string name) =>
#pragma warning disable CA5351 // an id, not a secret
        new(MD5.HashData(Encoding.UTF8.GetBytes(org.Id.Value + name)), bigEndian: true);
#pragma warning restore CA5351
}

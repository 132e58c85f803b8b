using System.Runtime.CompilerServices;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Dashboards;

/// <content>Lists of contacts and members, and cost.</content>
public sealed partial class DashboardReader
{
    /// <summary>The maximum number of rows of one page of a list: 1,000.</summary>
    public const int MaxPage = 1000;

    /// <summary>
    /// Returns a page of the contacts to call back: their calls were not answered, and since the last of these calls
    /// nobody has called them, and no call of theirs was answered, until now.
    /// </summary>
    /// <param name="query">
    /// The question. The filter is about the unanswered calls, not about the calls that return them.
    /// <see cref="DashboardQuery.ComparesWithPrevious"/> has no effect.
    /// </param>
    /// <param name="count">The maximum number of rows, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="after">The last row of the page before; null for the first page.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, the latest unanswered call first. Withheld numbers and contacts hidden from the member are not
    /// included. A member who sees only their own events does not see that a colleague has called back.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0005</c> the filter needs ReadDashboards, which the session does not
    /// have.
    /// </exception>
    public Task<DashboardAnswer<CallToReturn>> CallsToReturnAsync(
        DashboardQuery query,
        int count,
        CallToReturn? after = null,
        CancellationToken cancellationToken = default
    ) => PageAsync(CallsToReturnFigure.Figure, query, count, after?.LastCall, after?.Contact, cancellationToken);

    /// <summary>Returns a page of the contacts with calls or messages in the range.</summary>
    /// <param name="query">
    /// The question. <see cref="DashboardQuery.ComparesWithPrevious"/> has no effect.
    /// </param>
    /// <param name="count">The maximum number of rows, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="after">The last row of the page before; null for the first page.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, the contact with the latest event first. Withheld numbers and contacts hidden from the member are not
    /// included. To list single events, use <c>session.Events</c>.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0005</c> the filter needs ReadDashboards, which the session does not
    /// have.
    /// </exception>
    public Task<DashboardAnswer<ContactThread>> ThreadsAsync(
        DashboardQuery query,
        int count,
        ContactThread? after = null,
        CancellationToken cancellationToken = default
    ) => PageAsync(ThreadsFigure.Figure, query, count, after?.LastEvent, after?.Contact, cancellationToken);

    /// <summary>Returns the number of different contacts per time bucket, and how many of them are new.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, ordered by time. Withheld numbers and contacts hidden from the member are not counted.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public Task<DashboardAnswer<ContactCount>> ContactCountsAsync(
        DashboardQuery query,
        CancellationToken cancellationToken = default
    ) => AnswerAsync(ContactCountFigure.Figure, query, cancellationToken);

    /// <summary>Returns the prices that sources reported, per time bucket, channel, direction and currency.</summary>
    /// <param name="query">
    /// The question. The filter is about single records, because each record of a call has a price of its own.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The rows, ordered by time, channel, direction and currency. Records of contacts hidden from the member are not
    /// included.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public Task<DashboardAnswer<CostPoint>> CostsAsync(
        DashboardQuery query,
        CancellationToken cancellationToken = default
    ) => AnswerAsync(CostFigure.Figure, query, cancellationToken);

    /// <summary>
    /// Returns the members by what they did, with their names. The names are read in a second round trip, and in a
    /// third one the keys of names that are not cached.
    /// </summary>
    /// <param name="query">The question.</param>
    /// <param name="order">What the members are ordered by.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The members with calls or messages in the range, the first place first. Events whose member is unknown are left
    /// out. Otherwise as <see cref="MemberActivityAsync(DashboardQuery, CancellationToken)"/>.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0025</c> the time zone is unknown; <c>CI0005</c> the filter needs
    /// ReadDashboards, which the session does not have.
    /// </exception>
    public async Task<DashboardAnswer<LeaderboardEntry>> LeaderboardAsync(
        DashboardQuery query,
        LeaderboardOrder order = LeaderboardOrder.AnsweredCalls,
        CancellationToken cancellationToken = default
    )
    {
        if (!Enum.IsDefined(order))
            throw new ArgumentOutOfRangeException(nameof(order));
        DashboardAnswer<MemberActivity> activity = await MemberActivityAsync(query, cancellationToken)
            .ConfigureAwait(false);
        IReadOnlyDictionary<MemberId, MemberProfile> profiles = await _members
            .ListProfilesAsync(cancellationToken)
            .ConfigureAwait(false);
        return new DashboardAnswer<LeaderboardEntry>(Place(activity.Rows), activity.AsOf, activity.WorstState)
        {
            Source = activity.Source,
            Previous = activity.Previous is { } previous
                ? new PreviousPeriod<LeaderboardEntry>(previous.Range, Place(previous.Rows))
                : null,
        };

        LeaderboardEntry[] Place(IReadOnlyList<MemberActivity> rows)
        {
            MemberActivity[] ordered =
            [
                .. rows.Where(row => row.Member is not null)
                    .OrderByDescending(Measure)
                    .ThenBy(row => row.Member!.Value.Value),
            ];
            LeaderboardEntry[] entries = new LeaderboardEntry[ordered.Length];
            for (int i = 0; i < ordered.Length; i++)
                entries[i] = new LeaderboardEntry(
                    i > 0 && Measure(ordered[i]) == Measure(ordered[i - 1]) ? entries[i - 1].Place : i + 1,
                    profiles.GetValueOrDefault(ordered[i].Member!.Value)?.Name,
                    ordered[i]
                );
            return entries;
        }

        long Measure(MemberActivity row) =>
            order switch
            {
                LeaderboardOrder.AnsweredCalls => row.AnsweredCalls,
                LeaderboardOrder.OutboundCalls => row.OutboundCalls,
                LeaderboardOrder.Messages => row.Messages,
                _ => row.TalkSeconds,
            };
    }

    Task<DashboardAnswer<T>> PageAsync<T>(
        DashboardFigure<T> figure,
        DashboardQuery query,
        int count,
        DateTimeOffset? afterTime,
        ContactId? afterContact,
        CancellationToken cancellationToken,
        [CallerMemberName] string name = ""
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxPage);
        return AnswerAsync(
            figure,
            query with
            {
                ComparesWithPrevious = false,
            },
            cancellationToken,
            command => command.With(count, afterTime?.UtcDateTime, afterContact?.Value),
            name
        );
    }
}

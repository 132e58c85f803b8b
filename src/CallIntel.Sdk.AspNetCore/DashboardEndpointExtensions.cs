using CallIntel.Sdk.AspNetCore;
using CallIntel.Sdk.Dashboards;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

#pragma warning disable IDE0130 // where a host looks for it
namespace Microsoft.AspNetCore.Builder;

#pragma warning restore IDE0130

/// <summary>Answers questions for the figures of dashboards.</summary>
public static class DashboardEndpointExtensions
{
    /// <summary>The number of rows of a figure with pages, if a client asks for no other number.</summary>
    const int DefaultCount = 20;

    /// <summary>
    /// Maps an endpoint for each figure of <c>session.Dashboards</c>: <c>volume</c>, <c>answer-rate</c>,
    /// <c>busiest-hours</c>, <c>leaderboard</c>, <c>members</c>, <c>lines</c>, <c>unanswered-calls</c>,
    /// <c>calls-to-return</c>, <c>response-times</c>, <c>top-contacts</c>, <c>threads</c>, <c>contacts</c> and
    /// <c>costs</c>.
    /// </summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="prefix">The pattern before the name of the figure, for example <c>/dashboards</c>.</param>
    /// <returns>The group of the endpoints, for example to require authorization.</returns>
    /// <remarks>
    /// Parameters of the query: <c>from</c> and <c>to</c> (the last 30 days), <c>grain</c> (<c>day</c>, <c>hour</c>,
    /// <c>week</c> or <c>month</c>), <c>timeZone</c> (UTC), <c>compare</c> for the period before, and the filters
    /// <c>channel</c>, <c>direction</c>, <c>outcome</c>, <c>member</c>, <c>team</c>, <c>line</c>, <c>contact</c>,
    /// <c>source</c> and <c>businessHours</c>. Lists also take <c>count</c> (20, at most 1,000).
    /// </remarks>
    public static RouteGroupBuilder MapCallIntelDashboards(this IEndpointRouteBuilder endpoints, string prefix)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        RouteGroupBuilder group = endpoints.MapGroup(prefix).WithTags("Dashboards");
        group.MapGet("/volume", ([AsParameters] DashboardRequest r, CancellationToken cancellationToken) =>
            r.Figures.VolumeAsync(r.Query, cancellationToken)
        );
        group.MapGet("/answer-rate", ([AsParameters] DashboardRequest r, CancellationToken cancellationToken) =>
            r.Figures.AnswerRateAsync(r.Query, cancellationToken)
        );
        group.MapGet("/busiest-hours", ([AsParameters] DashboardRequest r, CancellationToken cancellationToken) =>
            r.Figures.BusiestHoursAsync(r.Query, cancellationToken)
        );
        group.MapGet(
            "/leaderboard",
            ([AsParameters] DashboardRequest r, LeaderboardOrder? order, CancellationToken cancellationToken) =>
                r.Figures.LeaderboardAsync(r.Query, order ?? LeaderboardOrder.AnsweredCalls, cancellationToken)
        );
        group.MapGet("/members", ([AsParameters] DashboardRequest r, CancellationToken cancellationToken) =>
            r.Figures.MemberActivityAsync(r.Query, cancellationToken)
        );
        group.MapGet("/lines", ([AsParameters] DashboardRequest r, CancellationToken cancellationToken) =>
            r.Figures.LineActivityAsync(r.Query, cancellationToken)
        );
        group.MapGet("/unanswered-calls", ([AsParameters] DashboardRequest r, CancellationToken cancellationToken) =>
            r.Figures.UnansweredCallsAsync(r.Query, cancellationToken)
        );
        group.MapGet(
            "/calls-to-return",
            ([AsParameters] DashboardRequest r, int? count, CancellationToken cancellationToken) =>
                r.Figures.CallsToReturnAsync(r.Query, Count(count), cancellationToken: cancellationToken)
        );
        group.MapGet("/response-times", ([AsParameters] DashboardRequest r, CancellationToken cancellationToken) =>
            r.Figures.ResponseTimesAsync(r.Query, cancellationToken)
        );
        group.MapGet(
            "/top-contacts",
            ([AsParameters] DashboardRequest r, int? count, CancellationToken cancellationToken) =>
                r.Figures.TopContactsAsync(r.Query, Count(count), cancellationToken)
        );
        group.MapGet("/threads", ([AsParameters] DashboardRequest r, int? count, CancellationToken cancellationToken) =>
            r.Figures.ThreadsAsync(r.Query, Count(count), cancellationToken: cancellationToken)
        );
        group.MapGet("/contacts", ([AsParameters] DashboardRequest r, CancellationToken cancellationToken) =>
            r.Figures.ContactCountsAsync(r.Query, cancellationToken)
        );
        group.MapGet("/costs", ([AsParameters] DashboardRequest r, CancellationToken cancellationToken) =>
            r.Figures.CostsAsync(r.Query, cancellationToken)
        );
        return group;
    }

    static int Count(int? count) => Math.Clamp(count ?? DefaultCount, 1, DashboardReader.MaxPage);
}

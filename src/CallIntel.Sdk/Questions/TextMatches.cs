using CallIntel.Sdk.Events;
using CallIntel.Sdk.Search;

namespace CallIntel.Sdk.Questions;

/// <summary>Answers plans about texts by the search of the session.</summary>
static class TextMatches
{
    const int DefaultLimit = 10;

    /// <summary>Returns why the search cannot answer the plan; null if it can.</summary>
    internal static QuestionRefusal? Refusal(QuestionPlan plan) =>
        plan.Members.Count > 1
        || plan.Contacts.Count > 1
        || plan.Teams.Count + plan.Lines.Count + plan.Sources.Count > 0
        || plan.Outcome is not null
        || plan.ContactKind is not null
        || plan.Hours is not null
        || plan.InBusinessHours is not null
        || plan.Comparison is not null
            ? new QuestionRefusal(
                RefusalReason.NotAnswerable,
                "A search for words can be limited to a period, a channel, a direction, one agent and one contact.",
                ["in the last 7 days", "calls only"]
            )
            : null;

    /// <summary>
    /// Finds the texts. A plan about messages is two searches, whose hits are merged by their rank, because the scores
    /// of two searches cannot be compared.
    /// </summary>
    internal static async Task<(List<SearchHit> Hits, SearchAnswer Found)> FindAsync(
        SearchReader search,
        QuestionPlan plan,
        TimeZoneInfo zone,
        CancellationToken cancellationToken
    )
    {
        int limit = plan.Limit ?? DefaultLimit;
        SearchQuery query = SearchQuery.For(plan.Search!).InRange(plan.Period.In(zone)).Take(limit);
        if (plan.Members is [var member])
            query = query.ForMember(member);
        if (plan.Contacts is [var contact])
            query = query.ForContact(contact);
        if (plan.Direction is { } direction)
            query = query.WithDirection(direction);
        EventChannel?[] channels = plan.Channel switch
        {
            QuestionChannel.Call => [EventChannel.Call],
            QuestionChannel.Message => [EventChannel.Sms, EventChannel.Mms],
            QuestionChannel.Sms => [EventChannel.Sms],
            QuestionChannel.Mms => [EventChannel.Mms],
            QuestionChannel.Voicemail => [EventChannel.Voicemail],
            _ => [null],
        };
        List<SearchAnswer> answers = [];
        foreach (EventChannel? channel in channels)
            answers.Add(
                await search
                    .FindAsync(channel is { } one ? query.OnChannel(one) : query, cancellationToken)
                    .ConfigureAwait(false)
            );
        List<SearchHit> hits =
        [
            .. answers
                .SelectMany(answer => answer.Hits.Select((hit, rank) => (Hit: hit, Rank: rank)))
                .OrderBy(hit => hit.Rank)
                .ThenByDescending(hit => hit.Hit.Event.Id)
                .Select(hit => hit.Hit)
                .Take(limit),
        ];
        return (hits, answers[0]);
    }
}

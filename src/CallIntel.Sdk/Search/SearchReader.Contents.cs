using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Search;

public sealed partial class SearchReader
{
    /// <summary>Finds the events that are nearest in meaning, with their content, the nearest first.</summary>
    /// <param name="input">What they should be near to.</param>
    /// <param name="filter">Selects the events.</param>
    /// <param name="skip">How many of the nearest are left out.</param>
    /// <param name="most">How many are wanted. Together with those left out at most 1,000.</param>
    /// <param name="threshold">The lowest cosine similarity; null returns all.</param>
    /// <param name="purpose">The purpose of reading the contents, which the access ledger records.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal async Task<List<FoundEvent>> FindNearestAsync(
        MeaningInput input,
        VectorFilter filter,
        int skip,
        int most,
        double? threshold,
        AccessPurpose purpose,
        CancellationToken cancellationToken
    )
    {
        AccessReason reason = _encryption.Gate.Reason(purpose);
        VectorAnswer answer = await FindVectorsAsync(input, filter, skip + most, cancellationToken)
            .ConfigureAwait(false);
        return await ReadContentsAsync(
                [.. answer.Matches.Select(match => (match.Event, 1.0 - match.Distance))],
                skip,
                most,
                threshold,
                reason,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Finds events by words and by meaning, which are given apart from each other, as <c>FindAsync</c> does.
    /// The score of events that contain all numbers, ids and quoted phrases is higher by 1.
    /// </summary>
    internal async Task<List<FoundEvent>> FindHybridAsync(
        SearchQuery words,
        MeaningInput input,
        int skip,
        int most,
        double? threshold,
        CancellationToken cancellationToken
    )
    {
        AccessReason reason = _encryption.Gate.Reason(words.Purpose);
        TextLane lane = await FindTextsAsync(words, cancellationToken).ConfigureAwait(false);
        HashSet<Guid> ofContact = await FindByNumberAsync(words, words.Text!, cancellationToken).ConfigureAwait(false);
        VectorAnswer nearest = await FindVectorsAsync(
                input,
                words.Filter,
                Math.Max(LaneFusion.Neighbors, skip + most),
                cancellationToken
            )
            .ConfigureAwait(false);
        return await ReadContentsAsync(
                [
                    .. Rank(lane.Hits, Meaning(nearest).Scores, ofContact)
                        .Select(hit => (hit.Event, hit.Lane is SearchLane.Exact ? hit.Score + 1 : hit.Score)),
                ],
                skip,
                most,
                threshold,
                reason,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    Task<VectorAnswer> FindVectorsAsync(
        MeaningInput input,
        VectorFilter filter,
        int most,
        CancellationToken cancellationToken
    ) =>
        input.Text is { } text
            ? _vectors.FindAsync(text, filter, most, cancellationToken)
            : _vectors.FindAsync(input.Vector, filter, most, cancellationToken);

    async Task<List<FoundEvent>> ReadContentsAsync(
        List<(Guid Event, double Score)> ranked,
        int skip,
        int most,
        double? threshold,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        List<(Guid Event, double Score)> page =
        [
            .. ranked.Where(hit => threshold is null || hit.Score >= threshold).Skip(skip).Take(most),
        ];
        Dictionary<Guid, ConversationEvent> found = await ReadEventsAsync(
                [.. page.Select(hit => hit.Event)],
                true,
                reason,
                cancellationToken
            )
            .ConfigureAwait(false);
        return
        [
            .. page.Where(hit => found.ContainsKey(hit.Event))
                .Select(hit => new FoundEvent(found[hit.Event], hit.Score)),
        ];
    }
}

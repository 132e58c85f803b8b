using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Search;

/// <summary>Finds events of the session's org by what was said or written in them.</summary>
/// <remarks>
/// Thread-safe. A member finds an event only if the member may read its content; the contents of <see
/// cref="Privacy.PrivacyLevel.MetadataOnly"/> contacts and of contacts with <see cref="Privacy.PrivacyRule.NoSearch"/>
/// are found by nobody. Roles without <see cref="Permission.ReadContent"/> cannot search.
/// </remarks>
public sealed partial class SearchReader
{
    /// <summary>
    /// How often a search is repeated because the language or the key of the index changed during it.
    /// </summary>
    const int Attempts = 3;

    readonly SessionTransport _session;
    readonly OrgEncryption _encryption;
    readonly ContactDirectory _contacts;
    readonly VectorReader _vectors;
    readonly SearchCache _cache;
    readonly JobSignal _enqueued;

    internal SearchReader(
        SessionTransport session,
        OrgEncryption encryption,
        ContactDirectory contacts,
        VectorReader vectors,
        SearchCache cache,
        JobSignal enqueued
    ) =>
        (_session, _encryption, _contacts, _vectors, _cache, _enqueued) = (
            session,
            encryption,
            contacts,
            vectors,
            cache,
            enqueued
        );

    /// <summary>Finds events, the best first.</summary>
    /// <param name="query">What to search for.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// A page of hits with passages of their contents. Two round trips: the first one ranks events, and the second one
    /// reads the contents of the page. A search for a number takes one or two more.
    /// </returns>
    /// <remarks>
    /// The access ledger records the events of each page before their passages are returned. Events that were stored
    /// after <see cref="SearchIndexState.IndexedAt"/> are not found yet.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include <c>ReadContent</c>; <c>CI0290</c> the access could not be recorded, so
    /// that no text is returned. Other codes: the connection or the session failed.
    /// </exception>
    public Task<SearchAnswer> FindAsync(SearchQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Tracing.SpanAsync("callintel.search", "callintel.search.page_size", query.PageSize, () =>
            FindCoreAsync(query, cancellationToken)
        );
    }

    /// <summary>Finds events by a text alone, the best first.</summary>
    /// <param name="text">What the user wrote; see <see cref="SearchQuery.For"/>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <inheritdoc cref="FindAsync(SearchQuery, CancellationToken)"/>
    public Task<SearchAnswer> FindAsync(string text, CancellationToken cancellationToken = default) =>
        FindAsync(SearchQuery.For(text), cancellationToken);

    async Task<SearchAnswer> FindCoreAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        AccessReason reason = _encryption.Gate.Reason(query.Purpose);
        TextLane lane = await FindTextsAsync(query, cancellationToken).ConfigureAwait(false);
        HashSet<Guid> ofContact = query.Text is { } text
            ? await FindByNumberAsync(query, text, cancellationToken).ConfigureAwait(false)
            : [];
        MeaningLane meaning = await FindMeaningAsync(query, lane, cancellationToken).ConfigureAwait(false);
        List<RankedEvent> ranked = Rank(lane.Hits, meaning.Scores, ofContact);
        if (query.Cursor is { } cursor)
            ranked.RemoveAll(hit => !hit.IsAfter(cursor));
        List<RankedEvent> page = ranked.GetRange(0, Math.Min(ranked.Count, query.PageSize));
        IReadOnlyList<SearchHit> hits = await ReadPageAsync(query, page, lane, reason, cancellationToken)
            .ConfigureAwait(false);
        Freshness all = Freshness.Combine(lane.Streams);
        return new SearchAnswer(hits)
        {
            Next = ranked.Count > page.Count ? page[^1].Cursor : null,
            Index = lane.Index,
            Meaning = meaning.State,
            AsOf = all.AsOf,
            WorstState = all.State,
        };
    }

    /// <summary>The hits by words, with what the search was understood as.</summary>
    internal sealed record TextLane(
        List<SearchCommands.TextHit> Hits,
        List<Freshness> Streams,
        SearchIndexState Index,
        TextAnalyzer Analyzer,
        ParsedSearch? Parsed
    );

    internal async Task<TextLane> FindTextsAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            SearchLanguage language = _cache.LanguageOf(_session.Identity.Org);
            using BlindIndexKeys? keys = await _encryption.FindTextIndexAsync(cancellationToken).ConfigureAwait(false);
            TextAnalyzer analyzer = new(language);
            ParsedSearch? parsed = query.Text is { } text ? ParsedSearch.Parse(text, analyzer) : null;
            (List<SearchCommands.State> states, List<Freshness> streams, List<SearchCommands.TextHit> hits) =
                await RunAsync(Command(query, parsed, keys), cancellationToken).ConfigureAwait(false);
            SearchCommands.State state = states.Count > 0 ? states[0] : new(SearchIndexState.Off, 0);
            bool isCurrent =
                !state.Index.IsEnabled
                || (state.Index.Language == language && state.KeyVersion <= (keys?.Active.Version ?? 0));
            if (isCurrent || attempt == Attempts)
                return new TextLane(hits, streams, state.Index, analyzer, parsed);
            _cache.Set(_session.Identity.Org, state.Index.Language);
            if (state.KeyVersion > (keys?.Active.Version ?? 0))
                _encryption.ForgetOrgKeys();
        }
    }

    async Task<(List<SearchCommands.State>, List<Freshness>, List<SearchCommands.TextHit>)> RunAsync(
        NpgsqlBatchCommand texts,
        CancellationToken cancellationToken
    )
    {
        // The state is read first: a statement after it may find newer events, never older ones.
        await using BatchResults results = await _session
            .OpenAsync([SearchCommands.ReadState(), Freshness.Command(), texts], cancellationToken)
            .ConfigureAwait(false);
        return (
            await results.RowsAsync(SearchCommands.MapState, cancellationToken).ConfigureAwait(false),
            await results.RowsAsync(Freshness.Read, cancellationToken).ConfigureAwait(false),
            await results.RowsAsync(SearchCommands.ReadText, cancellationToken).ConfigureAwait(false)
        );
    }

    /// <summary>Writes the terms as lexemes under every version of the key that contents may be indexed with.</summary>
    static NpgsqlBatchCommand Command(SearchQuery query, ParsedSearch? parsed, BlindIndexKeys? keys)
    {
        if (parsed is null || keys is null)
            return SearchCommands.Texts(query, [], [], null);
        LexemeHasher[] hashers = [.. keys.All.Select(key => new LexemeHasher(key))];
        List<string> lexemes = [];
        List<short> terms = [];
        for (int i = 0; i < parsed.Terms.Count; i++)
            foreach (LexemeHasher hasher in hashers)
            {
                lexemes.Add(hasher.Hash(parsed.Terms[i]));
                terms.Add((short)i);
            }
        string? exact = parsed.ExactQuery(term =>
            $"({string.Join('|', hashers.Select(hasher => $"'{hasher.Hash(term)}'"))})"
        );
        return SearchCommands.Texts(query, [.. lexemes], [.. terms], exact);
    }

    /// <summary>Finds the events of the contact whose number is the text of the search.</summary>
    async Task<HashSet<Guid>> FindByNumberAsync(SearchQuery query, string text, CancellationToken cancellationToken)
    {
        if (!text.AsSpan().ContainsAnyInRange('0', '9'))
            return [];
        ContactId? contact = await _contacts
            .FindByNumberAsync(text, query.Region, cancellationToken)
            .ConfigureAwait(false);
        if (contact is not { } found || (query.Contact is { } wanted && wanted != found))
            return [];
        List<Guid> events = await _session
            .ListAsync(SearchCommands.ForContact(query, found), row => row.GetGuid(0), cancellationToken)
            .ConfigureAwait(false);
        return [.. events];
    }

    /// <summary>The hits by meaning.</summary>
    readonly record struct MeaningLane(IReadOnlyList<(Guid Event, double Score)> Scores, SearchMeaning State);

    /// <summary>Finds events by meaning, if the org has embeddings. If that fails, words are enough.</summary>
    async Task<MeaningLane> FindMeaningAsync(SearchQuery query, TextLane lane, CancellationToken cancellationToken)
    {
        if (lane.Parsed is not { Plain: { Length: > 0 } text } || !_vectors.HasModel)
            return new MeaningLane([], SearchMeaning.Off);
        try
        {
            return Meaning(
                await _vectors
                    .FindAsync(text, query.Filter, LaneFusion.Neighbors, cancellationToken)
                    .ConfigureAwait(false)
            );
        }
        catch (CallIntelException e) when (e.Code == ErrorCodes.EmbeddingsOff)
        {
            return new MeaningLane([], SearchMeaning.Off);
        }
        catch (CallIntelException e)
            when (e.Code
                    is ErrorCodes.EmbeddingModelMissing
                        or ErrorCodes.EmbeddingModelChanged
                        or ErrorCodes.EmbeddingFailed
                        or ErrorCodes.InvalidEmbedding
            )
        {
            return new MeaningLane([], SearchMeaning.Unavailable);
        }
    }

    static MeaningLane Meaning(VectorAnswer answer) =>
        new(
            [.. answer.Matches.Select(match => (match.Event, 1.0 - match.Distance))],
            answer.IsComplete ? SearchMeaning.Used : SearchMeaning.Partial
        );

    static List<RankedEvent> Rank(
        List<SearchCommands.TextHit> texts,
        IReadOnlyList<(Guid Event, double Score)> meaning,
        HashSet<Guid> ofContact
    )
    {
        Dictionary<Guid, double> scores = LaneFusion.Fuse(
            [.. texts.Select(hit => (hit.Event, hit.Score))],
            meaning,
            LaneFusion.MeaningWeight
        );
        HashSet<Guid> exact = [.. texts.Where(hit => hit.IsExact).Select(hit => hit.Event)];
        foreach (Guid id in ofContact)
            scores[id] = 1;
        List<RankedEvent> ranked =
        [
            .. scores.Select(hit => new RankedEvent(
                ofContact.Contains(hit.Key) || exact.Contains(hit.Key) ? SearchLane.Exact : SearchLane.Ranked,
                hit.Value,
                hit.Key
            )),
        ];
        ranked.Sort(RankedEvent.Compare);
        return ranked;
    }

    async Task<IReadOnlyList<SearchHit>> ReadPageAsync(
        SearchQuery query,
        List<RankedEvent> page,
        TextLane lane,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        Dictionary<Guid, ConversationEvent> found = await ReadEventsAsync(
                [.. page.Select(hit => hit.Event)],
                query.IncludesSnippets,
                reason,
                cancellationToken
            )
            .ConfigureAwait(false);
        return [.. page.Where(hit => found.ContainsKey(hit.Event)).Select(hit => Hit(hit, found[hit.Event], lane))];
    }

    /// <summary>Reads the events of a page. An event that was deleted meanwhile is left out.</summary>
    async Task<Dictionary<Guid, ConversationEvent>> ReadEventsAsync(
        Guid[] ids,
        bool withContent,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        if (ids.Length == 0)
            return [];
        NpgsqlBatchCommand command = SearchCommands.Page(ids, withContent);
        IReadOnlyList<ConversationEvent> events = withContent
            ? await ContentReader
                .OpenAsync(
                    _encryption,
                    await _encryption
                        .Gate.ListAsync(
                            new ProtectedCall<StoredEvent>(
                                SearchCommands.PageWithContent,
                                command,
                                EventQuery.MapStored
                            ),
                            reason,
                            cancellationToken
                        )
                        .ConfigureAwait(false),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : await _session.ListAsync(command, ConversationEvent.Read, cancellationToken).ConfigureAwait(false);
        return events.ToDictionary(e => e.Id);
    }

    static SearchHit Hit(RankedEvent hit, ConversationEvent e, TextLane lane) =>
        new(e with { Content = null }, hit.Lane, hit.Score)
        {
            Status = e.Content?.Status ?? DecryptResult.Ok,
            Snippets = e.Content is { Status: DecryptResult.Ok } content
                ? Snippets(content, lane.Analyzer, lane.Parsed)
                : [],
        };

    static List<SearchSnippet> Snippets(EventContent content, TextAnalyzer analyzer, ParsedSearch? parsed)
    {
        SnippetMaker maker = new(analyzer, parsed ?? ParsedSearch.Parse("", analyzer));
        List<(SearchSnippet Snippet, int Matches)> made = [];
        Make(SearchField.Body, content.Body);
        Make(SearchField.Transcript, content.Transcript);
        Make(SearchField.Summary, content.Summary);
        List<(SearchSnippet Snippet, int Matches)> matching = made.FindAll(snippet => snippet.Matches > 0);
        return
        [
            .. (matching.Count > 0 ? matching.OrderByDescending(snippet => snippet.Matches) : made.Take(1)).Select(
                snippet => snippet.Snippet
            ),
        ];

        void Make(SearchField field, string? text)
        {
            if (!string.IsNullOrEmpty(text))
                made.Add(maker.Make(field, text));
        }
    }
}

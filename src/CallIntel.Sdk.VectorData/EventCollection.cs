using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace CallIntel.Sdk.VectorData;

/// <summary>
/// The events of a session's org as a read-only collection of <c>Microsoft.Extensions.VectorData</c>, so that Semantic
/// Kernel, agents and other libraries can search them.
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe. The collection finds and returns what the member of the session may read, and nothing else; roles
/// without <see cref="Permission.ReadContent"/> cannot search. The access ledger records the events of each call before
/// their texts are returned. Disposing the collection does not end the session.
/// </para>
/// <para>
/// CallIntel computes vectors in the background (<see cref="OrgSession.Embeddings"/>) and never returns them. Methods
/// that write or delete throw <see cref="NotSupportedException"/>. Other failures throw
/// <see cref="VectorStoreException"/>, whose inner exception is a <see cref="CallIntelException"/> with the code.
/// </para>
/// </remarks>
public sealed partial class EventCollection
    : VectorStoreCollection<Guid, EventDocument>,
        IKeywordHybridSearchable<EventDocument>
{
    /// <summary>The most records that a search ranks, those that it skips included: 1,000.</summary>
    public const int MaxResults = 1000;

    readonly OrgSession _session;
    readonly AccessPurpose _purpose;

    /// <summary>Creates the collection of a session.</summary>
    /// <param name="session">The session, whose member searches. Create a collection for each session.</param>
    /// <param name="purpose">
    /// The purpose of reading texts, which the access ledger records. Default: the purpose of the session.
    /// </param>
    public EventCollection(OrgSession session, AccessPurpose purpose = AccessPurpose.None)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!Enum.IsDefined(purpose))
            throw new ArgumentOutOfRangeException(nameof(purpose));
        (_session, _purpose) = (session, purpose);
    }

    /// <summary>The name of the collection: <c>events</c>.</summary>
    public override string Name => "events";

    /// <summary>
    /// Finds the events whose content is nearest in meaning to a text or a vector, the nearest first.
    /// </summary>
    /// <typeparam name="TInput">
    /// <see cref="string"/>, which the model of the process embeds, or a vector of the model that the org uses:
    /// <see cref="ReadOnlyMemory{T}"/> of <see cref="float"/>, an array of <see cref="float"/>, or
    /// <see cref="Embedding{T}"/> of <see cref="float"/>. A vector does not have to be normalized.
    /// </typeparam>
    /// <param name="searchValue">The text, at most 2,000 characters, or the vector.</param>
    /// <param name="top">The maximum number of results. With those skipped, at most <see cref="MaxResults"/>.</param>
    /// <param name="options">
    /// A filter with conditions on the time, the channel, the direction, the contact, the member and the source, how
    /// many results to skip, and the lowest score.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// min(<paramref name="top"/>, eligible) events with their texts. The score is the cosine similarity: 1 the same
    /// meaning, 0 unrelated.
    /// </returns>
    /// <exception cref="NotSupportedException">The filter or an option cannot be used.</exception>
    /// <exception cref="VectorStoreException">
    /// The search failed: <c>CI0310</c> embeddings are off; <c>CI0316</c> this process does not have the model of the
    /// org; <c>CI0315</c> the generator failed; <c>CI0311</c> the vector has the wrong size; <c>CI0340</c> the text is
    /// blank or too long; <c>CI0005</c> the role does not include <c>ReadContent</c>.
    /// </exception>
    public override IAsyncEnumerable<VectorSearchResult<EventDocument>> SearchAsync<TInput>(
        TInput searchValue,
        int top,
        VectorSearchOptions<EventDocument>? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        MeaningInput input = Input(searchValue);
        CheckPage(top, options.Skip);
        CheckVectors(options.IncludeVectors, options.VectorProperty);
        DocumentFilter filter = DocumentFilter.Read(options.Filter);
        (int skip, double? threshold) = (options.Skip, options.ScoreThreshold);
        return StreamAsync(
            filter,
            ct =>
            {
                if (input.Text is { } text)
                    _ = SearchQuery.For(text); // checks its length
                return _session.Search.FindNearestAsync(input, filter.Vectors, skip, top, threshold, _purpose, ct);
            },
            Result,
            cancellationToken
        );
    }

    /// <summary>
    /// Finds events by keywords and by meaning at once, the best first, as <c>session.Search.FindAsync</c> does.
    /// </summary>
    /// <typeparam name="TInput">As in <see cref="SearchAsync{TInput}"/>.</typeparam>
    /// <param name="searchValue">What the content should be near to in meaning: a text or a vector.</param>
    /// <param name="keywords">
    /// Words, numbers, ids, and phrases in quotation marks, together at most 2,000 characters. Text search must be on;
    /// otherwise, only meaning and the numbers of contacts count. Without keywords, this is a search by meaning.
    /// </param>
    /// <param name="top">The maximum number of results. With those skipped, at most <see cref="MaxResults"/>.</param>
    /// <param name="options">As in <see cref="SearchAsync{TInput}"/>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// Events with their texts. The score is between 0 and 1 and compares results of the same search only. Events that
    /// contain all numbers, ids and quoted phrases of the keywords have a score that is higher by 1, and come first.
    /// </returns>
    /// <exception cref="NotSupportedException">The filter or an option cannot be used.</exception>
    /// <exception cref="VectorStoreException">As for <see cref="SearchAsync{TInput}"/>.</exception>
    public IAsyncEnumerable<VectorSearchResult<EventDocument>> HybridSearchAsync<TInput>(
        TInput searchValue,
        ICollection<string> keywords,
        int top,
        HybridSearchOptions<EventDocument>? options = null,
        CancellationToken cancellationToken = default
    )
        where TInput : notnull
    {
        ArgumentNullException.ThrowIfNull(keywords);
        options ??= new();
        MeaningInput input = Input(searchValue);
        CheckPage(top, options.Skip);
        CheckVectors(options.IncludeVectors, options.VectorProperty);
        if (options.AdditionalProperty is { } property && !IsText(property))
            throw new NotSupportedException(
                $"Keywords are searched in {nameof(EventDocument.Text)}. Leave AdditionalProperty out."
            );
        DocumentFilter filter = DocumentFilter.Read(options.Filter);
        string words = string.Join(' ', keywords);
        (int skip, double? threshold) = (options.Skip, options.ScoreThreshold);
        return StreamAsync(
            filter,
            ct =>
            {
                if (input.Text is { } text)
                    _ = SearchQuery.For(text);
                return string.IsNullOrWhiteSpace(words)
                    ? _session.Search.FindNearestAsync(input, filter.Vectors, skip, top, threshold, _purpose, ct)
                    : _session.Search.FindHybridAsync(
                        SearchQuery.For(words).Within(filter.Vectors).ForPurpose(_purpose),
                        input,
                        skip,
                        top,
                        threshold,
                        ct
                    );
            },
            Result,
            cancellationToken
        );
    }

    /// <summary>
    /// Returns the <see cref="OrgSession"/>, the <see cref="VectorStoreCollectionMetadata"/>, or the collection itself.
    /// </summary>
    /// <param name="serviceType">The type of the wanted object.</param>
    /// <param name="serviceKey">No object has a key.</param>
    /// <returns>The object; null if there is none of the type.</returns>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(VectorStoreCollectionMetadata) ? Metadata
            : serviceType == typeof(OrgSession) ? _session
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    VectorStoreCollectionMetadata Metadata => new() { VectorStoreSystemName = StoreName, CollectionName = Name };

    const string StoreName = "callintel";

    static VectorSearchResult<EventDocument> Result(FoundEvent found) =>
        new(EventDocument.Create(found.Event), found.Score);

    static MeaningInput Input<TInput>(TInput value) =>
        value switch
        {
            string text => new MeaningInput(text, default),
            ReadOnlyMemory<float> vector => new MeaningInput(null, vector),
            Memory<float> vector => new MeaningInput(null, vector),
            float[] vector => new MeaningInput(null, vector),
            Embedding<float> embedding => new MeaningInput(null, embedding.Vector),
            null => throw new ArgumentNullException(nameof(value)),
            _ => throw new NotSupportedException(
                $"A search by {typeof(TInput).Name} is not possible. Search by a string, a ReadOnlyMemory<float>, an "
                    + "array of float, or an Embedding<float>."
            ),
        };

    static void CheckPage(int top, int skip)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(top, MaxResults - Math.Min(skip, MaxResults - 1));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(skip, MaxResults);
    }

    static void CheckVectors(bool includesVectors, object? vectorProperty = null)
    {
        if (includesVectors || vectorProperty is not null)
            throw new NotSupportedException(
                "The collection does not return vectors and has no property for them. Leave IncludeVectors and "
                    + "VectorProperty out."
            );
    }

    static bool IsText(Expression<Func<EventDocument, object?>> property) =>
        property.Body is MemberExpression { Member.Name: nameof(EventDocument.Text) };

    /// <summary>Reads when the result is enumerated, each time again.</summary>
    async IAsyncEnumerable<TResult> StreamAsync<TFound, TResult>(
        DocumentFilter? filter,
        Func<CancellationToken, Task<List<TFound>>> read,
        Func<TFound, TResult> map,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        [CallerMemberName] string operation = ""
    )
    {
        _session.Transport.ThrowIfEnded();
        if (filter is { IsEmpty: true })
            yield break;
        foreach (TFound found in await RunAsync(read, operation, cancellationToken).ConfigureAwait(false))
            yield return map(found);
    }

    /// <summary>Callers of this abstraction expect its exception, and find ours in it.</summary>
    async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> run,
        string operation,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await run(cancellationToken).ConfigureAwait(false);
        }
        catch (CallIntelException e)
        {
            throw new VectorStoreException(e.Message, e)
            {
                VectorStoreSystemName = StoreName,
                CollectionName = Name,
                OperationName = operation,
            };
        }
    }
}

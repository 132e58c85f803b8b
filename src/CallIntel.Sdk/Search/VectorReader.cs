using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Search;

/// <summary>Finds the events whose content is nearest to a query in meaning.</summary>
/// <remarks>
/// Thread-safe. The database returns ids only, of events whose content the member may read; reading the content is
/// another call, which the access ledger records.
/// </remarks>
sealed class VectorReader(SessionTransport session, OrgEncryption encryption, EmbeddingGenerators generators)
{
    /// <summary>The maximum number of events of one search.</summary>
    internal const int MaxEvents = 1000;

    const string SearchSql =
        "select event_id, chunk, distance, path from callintel.search_vectors($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    /// <summary>Whether this process has any model. If not, search uses text only.</summary>
    internal bool HasModel => !generators.IsEmpty;

    /// <summary>Embeds a text and finds the nearest events.</summary>
    /// <param name="text">The query.</param>
    /// <param name="filter">Selects the events.</param>
    /// <param name="most">How many events are wanted, 0 to <see cref="MaxEvents"/>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>min(<paramref name="most"/>, eligible) events.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0310</c> embeddings are off; <c>CI0316</c> this process does not have the model of the org; <c>CI0315</c>
    /// the generator failed; <c>CI0311</c> it returned something else than a vector of the model; <c>CI0005</c> the
    /// role does not include <c>ReadContent</c>.
    /// </exception>
    internal async Task<VectorAnswer> FindAsync(
        string text,
        VectorFilter filter,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        for (bool isLast = false; ; isLast = true)
        {
            EmbeddingModel model = await FindModelAsync(cancellationToken).ConfigureAwait(false);
            float[] query = await EmbeddingGenerators
                .EmbedQueryAsync(generators.Get(model), text, cancellationToken)
                .ConfigureAwait(false);
            try
            {
                return await FindAsync(model, query, filter, most, cancellationToken).ConfigureAwait(false);
            }
            catch (CallIntelException e) when (e.Code == ErrorCodes.EmbeddingModelChanged && !isLast)
            {
                // The org changed its model between the two statements.
            }
        }
    }

    /// <summary>Finds the events nearest to a vector of the model that search uses.</summary>
    /// <param name="vector">The vector, which does not have to be normalized.</param>
    /// <param name="filter">Selects the events.</param>
    /// <param name="most">How many events are wanted, 0 to <see cref="MaxEvents"/>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0310</c> embeddings are off; <c>CI0311</c> the vector has another size than those of the model, or is not a
    /// direction; <c>CI0005</c> the role does not include <c>ReadContent</c>.
    /// </exception>
    internal async Task<VectorAnswer> FindAsync(
        ReadOnlyMemory<float> vector,
        VectorFilter filter,
        int most,
        CancellationToken cancellationToken
    )
    {
        EmbeddingModel model = await FindModelAsync(cancellationToken).ConfigureAwait(false);
        return await FindAsync(model, EmbeddingGenerators.QueryVector(model, vector), filter, most, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Finds the events nearest to a vector, which does not have to be normalized.</summary>
    internal async Task<VectorAnswer> FindAsync(
        EmbeddingModel model,
        float[] query,
        VectorFilter filter,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, MaxEvents);
        await generators.RotateAsync(model, query, encryption, cancellationToken).ConfigureAwait(false);
        VectorPath path = VectorPath.Exact;
        List<VectorMatch> matches = await session
            .ListAsync(
                new NpgsqlBatchCommand(SearchSql).With(
                    (short)model.Number,
                    new NpgsqlParameter<float[]>
                    {
                        TypedValue = query,
                        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Real,
                    },
                    most,
                    filter.Range?.From.UtcDateTime,
                    filter.Range?.To.UtcDateTime,
                    (short?)filter.Channel,
                    (short?)filter.Direction,
                    filter.Contact?.Value,
                    filter.Member?.Value,
                    filter.Source
                ),
                row =>
                {
                    path = (VectorPath)row.GetInt16(3);
                    return new VectorMatch(row.GetGuid(0), row.GetInt16(1), row.GetFloat(2));
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return new VectorAnswer(matches, path, model);
    }

    /// <summary>The model that search uses: the active one, or the first one while it is being computed.</summary>
    /// <exception cref="CallIntelException"><c>CI0310</c>: embeddings are off.</exception>
    internal async Task<EmbeddingModel> FindModelAsync(CancellationToken cancellationToken)
    {
        List<EmbeddingModel> models = await session
            .ListAsync(new NpgsqlBatchCommand(EmbeddingModel.ReadSql), EmbeddingModel.Read, cancellationToken)
            .ConfigureAwait(false);
        return models.Find(m => m.State == EmbeddingModelState.Active)
            ?? models.Find(m => m.State == EmbeddingModelState.Building)
            ?? throw new CallIntelException(
                ErrorCodes.EmbeddingsOff,
                "The org has no embeddings: an owner has not turned them on.",
                "Turn them on with session.Embeddings.EnableAsync, or search by text."
            );
    }
}

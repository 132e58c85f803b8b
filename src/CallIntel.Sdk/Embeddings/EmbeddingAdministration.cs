using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Embeddings;

/// <summary>
/// Turns embeddings of the session's org on and off. They are off until an owner turns them on, because a vector tells
/// something about the text that it was computed from, and no key protects it.
/// </summary>
/// <remarks>Thread-safe. The audit log records every change.</remarks>
public sealed class EmbeddingAdministration
{
    /// <summary>How many texts of an org are embedded on one day (UTC) if no other limit is given: 100,000.</summary>
    public const int DefaultDailyLimit = 100_000;

    readonly SessionTransport _session;
    readonly JobSignal _enqueued;

    internal EmbeddingAdministration(SessionTransport session, JobSignal enqueued) =>
        (_session, _enqueued) = (session, enqueued);

    /// <summary>
    /// Turns embeddings on, or replaces the model. Workers embed the content in the background; search uses the former
    /// model until the new one has embedded everything.
    /// </summary>
    /// <param name="model">
    /// The name of the model, as in <see cref="EmbeddingModelOptions.Name"/> of the workers. A model that is on stays,
    /// with the new limit.
    /// </param>
    /// <param name="dimensions">The number of dimensions of the model, 1 to 4,000.</param>
    /// <param name="dailyLimit">
    /// How many different texts may be embedded on one day (UTC). Default: <see cref="DefaultDailyLimit"/>.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The number of the model.</returns>
    /// <remarks>Requires <see cref="Permission.TransferOwnership"/>, which only owners have.</remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0313</c> the name is blank or too long, the dimensions or the limit are out of range; <c>CI0005</c> the
    /// role does not include the permission.
    /// </exception>
    public async Task<int> EnableAsync(
        string model,
        int dimensions,
        int dailyLimit = DefaultDailyLimit,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        short number = await _session
            .ScalarAsync<short>(
                new NpgsqlBatchCommand("select callintel.enable_embeddings($1, $2, $3)").With(
                    model,
                    dimensions,
                    dailyLimit
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
        _enqueued.Raise();
        return number;
    }

    /// <summary>
    /// Turns embeddings off. Search does not use them from now on, and a worker deletes them.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if they were off.</returns>
    /// <remarks>Requires <see cref="Permission.TransferOwnership"/>, which only owners have.</remarks>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public async Task<bool> DisableAsync(CancellationToken cancellationToken = default)
    {
        bool changed = await _session
            .ScalarAsync<bool>(new NpgsqlBatchCommand("select callintel.disable_embeddings()"), cancellationToken)
            .ConfigureAwait(false);
        _enqueued.Raise();
        return changed;
    }

    /// <summary>
    /// Lets a worker look for content that is not embedded in all events of the org. New content is found without it;
    /// it also starts the work again after it failed permanently.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The id of the job. While it waits, another call returns the same id.</returns>
    /// <remarks>Requires <see cref="Permission.ManageSources"/>.</remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0310</c> embeddings are off; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public async Task<JobId> EnqueueAsync(CancellationToken cancellationToken = default)
    {
        Guid job = await _session
            .ScalarAsync<Guid>(new NpgsqlBatchCommand("select callintel.enqueue_embedding()"), cancellationToken)
            .ConfigureAwait(false);
        _enqueued.Raise();
        return new JobId(job);
    }

    /// <summary>Returns the models that embed the content of the org: none if embeddings are off.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>Requires <see cref="Permission.ReadContent"/> or <see cref="Permission.ManageSources"/>.</remarks>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role includes neither permission.</exception>
    public async Task<IReadOnlyList<EmbeddingModel>> ListModelsAsync(CancellationToken cancellationToken = default) =>
        await _session
            .ListAsync(new NpgsqlBatchCommand(EmbeddingModel.ReadSql), EmbeddingModel.Read, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Counts what each model has embedded. It reads all embeddings of the org.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>Requires <see cref="Permission.ManageSources"/>.</remarks>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public async Task<IReadOnlyList<EmbeddingCount>> CountAsync(CancellationToken cancellationToken = default) =>
        await _session
            .ListAsync(
                new NpgsqlBatchCommand("select model, events, vectors from callintel.count_embeddings()"),
                row => new EmbeddingCount(row.GetInt16(0), row.GetInt64(1), row.GetInt64(2)),
                cancellationToken
            )
            .ConfigureAwait(false);
}

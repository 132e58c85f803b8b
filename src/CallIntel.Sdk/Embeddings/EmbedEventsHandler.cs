using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Embeddings;

/// <summary>
/// Embeds content of one org, a page of events in each step. The job "recent" looks for new content of the last two
/// days and repeats itself; the job "all" passes over all events once, and activates a new model at its end.
/// </summary>
/// <remarks>
/// A step reads, decrypts, and computes in <see cref="PrepareAsync"/>. It stores vectors in the transaction that ends
/// the step, where the database checks again that the content did not change and may be embedded.
/// </remarks>
sealed class EmbedEventsHandler(
    FieldEncryption encryption,
    SharedAudit audit,
    EmbeddingGenerators generators,
    EmbeddingOptions options
) : JobHandler
{
    /// <summary>How many rows of a former model one step deletes.</summary>
    const int DeletedPerStep = 5000;

    const string StoreSql = "select callintel.store_embeddings($1, $2, $3, $4, $5, $6, $7, $8)";

    static readonly TimeSpan Recent = TimeSpan.FromDays(2),
        LongestPause = TimeSpan.FromHours(1);

    static readonly ProtectedRead Page = new(
        "select id, contact_id, channel, body, transcript, summary, sealed_id, stamp"
            + " from callintel.read_unembedded($1, $2, $3, $4)",
        4,
        [
            new("body", ProtectedFields.Body),
            new("transcript", ProtectedFields.Transcript),
            new("summary", ProtectedFields.Summary),
        ],
        events: "id",
        contacts: "contact_id"
    );

    public override string Kind => "embed_events";

    /// <summary>One at a time in each process: a generator uses all processors that it may.</summary>
    public override int Concurrency => 1;

    public override async Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken)
    {
        EmbeddingStep step = EmbeddingStep.Read(await job.ReadPayloadAsync(cancellationToken).ConfigureAwait(false));
        List<EmbeddingModel> models = await job
            .Session.ListAsync(new NpgsqlBatchCommand(EmbeddingModel.ReadSql), EmbeddingModel.Read, cancellationToken)
            .ConfigureAwait(false);
        if (models.Exists(m => m.State == EmbeddingModelState.Retired) || (step.All && step.Before is null))
        {
            int deleted = await job
                .Session.ScalarAsync<int>(
                    new NpgsqlBatchCommand("select callintel.delete_former_embeddings($1)").With(DeletedPerStep),
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (deleted > 0)
                return JobCommit.Done.RunAgain(TimeSpan.Zero);
            models.RemoveAll(m => m.State == EmbeddingModelState.Retired);
        }
        return models.Count == 0 ? JobCommit.Done
            : step.All ? await PassAsync(job, step, models, cancellationToken).ConfigureAwait(false)
            : await FollowAsync(job, step, models, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A step of the pass over all events with the newest model.</summary>
    async Task<JobCommit> PassAsync(
        JobContext job,
        EmbeddingStep step,
        List<EmbeddingModel> models,
        CancellationToken cancellationToken
    )
    {
        EmbeddingModel model = models.Find(m => m.State == EmbeddingModelState.Building) ?? models[^1];
        EmbeddingModelOptions generator = generators.Get(model);
        // The owner chose another model during the pass: the pass begins again.
        if (step.Model is { } former && former != model.Number)
            step = step with { Before = null };
        if (step.Before is null)
            step = step with { Seen = model.Requests };
        if (model.LeftToday == 0)
            return JobCommit.Done.RunAgain(
                UntilTomorrow(job.Session.Time),
                (step with { Model = model.Number }).ToString()
            );
        Prepared page = await PreparePageAsync(job, model, generator, step.Before, null, cancellationToken)
            .ConfigureAwait(false);
        if (page.Last is { } last)
            return page.Commit.RunAgain(options.Pause, (step with { Model = model.Number, Before = last }).ToString());
        bool isNew = model.State == EmbeddingModelState.Building;
        JobCommit commit = isNew
            ? page.Commit.Then("select callintel.activate_embedding_model($1)", (short)model.Number)
            : page.Commit;
        // Again to delete the former model, or because the pass may have gone past events that came meanwhile.
        return isNew || model.Requests > step.Seen
            ? commit.RunAgain(TimeSpan.Zero, (step with { Model = null, Before = null, Seen = null }).ToString())
            : commit;
    }

    /// <summary>A step of the job that embeds new content with all models of the org: two during a change.</summary>
    async Task<JobCommit> FollowAsync(
        JobContext job,
        EmbeddingStep step,
        List<EmbeddingModel> models,
        CancellationToken cancellationToken
    )
    {
        DateTime since = (job.Session.Time.GetUtcNow() - Recent).UtcDateTime;
        foreach (EmbeddingModel model in models)
        {
            if (step.Model is { } started && model.Number < started)
                continue;
            // A process that does not have the former model any more leaves it as it is.
            if (model.LeftToday == 0 || generators.Find(model) is not { } generator)
                continue;
            Guid? before = step.Model == model.Number ? step.Before : null;
            Prepared page = await PreparePageAsync(job, model, generator, before, since, cancellationToken)
                .ConfigureAwait(false);
            if (page.Last is { } last)
                return page.Commit.RunAgain(
                    options.Pause,
                    (step with { Model = model.Number, Before = last }).ToString()
                );
        }
        return JobCommit.Done.RunAgain(options.PollInterval, (step with { Model = null, Before = null }).ToString());
    }

    async Task<Prepared> PreparePageAsync(
        JobContext job,
        EmbeddingModel model,
        EmbeddingModelOptions generator,
        Guid? before,
        DateTime? since,
        CancellationToken cancellationToken
    )
    {
        AccessGate gate = new(job.Session, audit);
        OrgEncryption org = new(job.Session, encryption, gate);
        FiledRows<StoredText> stored = await gate.ListAsync(
                new ProtectedCall<StoredText>(
                    Page,
                    new NpgsqlBatchCommand(Page.Sql).With(
                        (short)model.Number,
                        before,
                        since,
                        Math.Min(options.EventsPerStep, model.LeftToday)
                    ),
                    StoredText.Read
                ),
                gate.Reason(AccessPurpose.Indexing),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (stored.Rows.Count == 0)
            return new Prepared(JobCommit.Done, null);

        List<(Guid Event, short Chunk, byte[] Hash)> chunks = [];
        Dictionary<string, byte[]> texts = new(StringComparer.Ordinal);
        using (
            DecryptionScope scope = await org.OpenAsync(
                    stored.Access,
                    stored.Rows.SelectMany(e => (byte[]?[])[e.Body, e.Transcript, e.Summary]),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )
        using (IncrementalHash hash = await org.EventIdHashAsync(cancellationToken).ConfigureAwait(false))
            foreach (StoredText row in stored.Rows)
            {
                // Text that cannot be decrypted, because its key was destroyed, is embedded as if it were not there.
                IReadOnlyList<string> parts = ContentChunks.Split(
                    row.Channel,
                    ContentReader.Open(scope, org.Fields.Body, row.Id, row.SealedId, row.Body).Text,
                    ContentReader.Open(scope, org.Fields.Transcript, row.Id, row.SealedId, row.Transcript).Text,
                    ContentReader.Open(scope, org.Fields.Summary, row.Id, row.SealedId, row.Summary).Text
                );
                for (short i = 0; i < parts.Count; i++)
                {
                    if (!texts.TryGetValue(parts[i], out byte[]? digest))
                        texts.Add(parts[i], digest = Digest(hash, parts[i]));
                    chunks.Add((row.Id, i, digest));
                }
            }

        // Texts that the model has embedded before share the vector, but not the row.
        HashSet<string> known =
        [
            .. await job
                .Session.ListAsync(
                    new NpgsqlBatchCommand("select encode(h, 'hex') from callintel.find_embedded_texts($1, $2) h").With(
                        (short)model.Number,
                        texts.Values.ToArray()
                    ),
                    row => row.GetString(0),
                    cancellationToken
                )
                .ConfigureAwait(false),
        ];
        List<KeyValuePair<string, byte[]>> fresh =
        [
            .. texts.Where(t => !known.Contains(Convert.ToHexStringLower(t.Value))).Take(model.LeftToday),
        ];
        float[] vectors = await generators
            .EmbedAsync(generator, [.. fresh.Select(t => t.Key)], cancellationToken)
            .ConfigureAwait(false);
        await generators.RotateAsync(model, vectors, org, cancellationToken).ConfigureAwait(false);
        JobCommit commit = JobCommit.Done.Then(
            StoreSql,
            (short)model.Number,
            stored.Rows.Select(r => r.Id).ToArray(),
            stored.Rows.Select(r => r.Stamp).ToArray(),
            chunks.Select(c => c.Event).ToArray(),
            chunks.Select(c => c.Chunk).ToArray(),
            chunks.Select(c => c.Hash).ToArray(),
            fresh.Select(t => t.Value).ToArray(),
            vectors
        );
        return new Prepared(commit, stored.Rows[^1].Id);
    }

    /// <summary>A keyed hash, so that a stolen table does not confirm guessed texts.</summary>
    static byte[] Digest(IncrementalHash hash, string text)
    {
        hash.AppendData("callintel.embedding.v1|"u8);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        return hash.GetHashAndReset()[..16];
    }

    static TimeSpan UntilTomorrow(TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan rest = now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime + TimeSpan.FromSeconds(1);
        return rest < LongestPause ? rest : LongestPause;
    }

    /// <param name="Commit">What the step stores.</param>
    /// <param name="Last">The last event of the page; null if there was none.</param>
    readonly record struct Prepared(JobCommit Commit, Guid? Last);

    readonly record struct StoredText(
        Guid Id,
        EventChannel Channel,
        byte[]? Body,
        byte[]? Transcript,
        byte[]? Summary,
        Guid? SealedId,
        string Stamp
    )
    {
        internal static StoredText Read(NpgsqlDataReader row) =>
            new(
                row.GetGuid(0),
                (EventChannel)row.GetInt16(2),
                row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3),
                row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4),
                row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5),
                row.IsDBNull(6) ? null : row.GetGuid(6),
                row.GetString(7)
            );
    }
}

using System.Globalization;
using System.Text.Json;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Search;

/// <summary>
/// Indexes contents of an org as they are stored, changed and become searchable. One job an org, which runs again and
/// again while text search is on.
/// </summary>
/// <remarks>
/// Each page of contents is stored at once, so an attempt continues where the one before ended. How far the job has
/// come is stored together with the end of each step.
/// </remarks>
sealed class IndexEventsHandler(FieldEncryption encryption, SharedAudit audit) : JobHandler
{
    /// <summary>The most pages of one step, so that other orgs get their turn.</summary>
    const int PagesOfStep = 40,
        DeletedAtOnce = 5000;

    const string PlanSql =
        "select is_enabled, is_outdated, language, revision, sweep, starts, ends, generation, xact, seq, as_of"
        + " from callintel.plan_indexing($1, $2)";

    /// <summary>
    /// How long the job waits while nothing is stored: doubled each time, from the first to the last.
    /// </summary>
    internal static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1),
        LongestPause = TimeSpan.FromSeconds(30);

    public override string Kind => "index_events";

    public override async Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken)
    {
        OrgEncryption org = new(job.Session, encryption, new AccessGate(job.Session, audit));
        using BlindIndexKeys? keys = await org.FindTextIndexAsync(cancellationToken).ConfigureAwait(false);
        Plan plan = (
            await job
                .Session.ListAsync(
                    new NpgsqlBatchCommand(PlanSql).With(TextAnalyzer.Version, keys?.Active.Version ?? 0),
                    Plan.Read,
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];
        if (!plan.IsEnabled)
            return await DeleteAsync(job, cancellationToken).ConfigureAwait(false);
        if (plan.IsOutdated || keys is null)
        {
            // Another process has rotated the key, or runs a newer version of the SDK.
            org.ForgetOrgKeys();
            return JobCommit.Done.RunAgain(LongestPause);
        }
        EventIndexer indexer = new(org, new TextAnalyzer(plan.Language), keys.Active, plan.Revision);
        int indexed = 0;
        bool isLast = plan.Starts.Length == 0;
        for (int pages = 0; !isLast && pages < PagesOfStep; pages++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (int events, isLast) = await indexer
                .NextPageAsync(plan.Starts, plan.Ends, cancellationToken)
                .ConfigureAwait(false);
            indexed += events;
        }
        return await EndStepAsync(job, plan, isLast, indexed, cancellationToken).ConfigureAwait(false);
    }

    static async Task<JobCommit> EndStepAsync(
        JobContext job,
        Plan plan,
        bool isLast,
        int indexed,
        CancellationToken cancellationToken
    )
    {
        JobCommit commit = JobCommit.Done;
        // Of changes, the position moves only when all of them are indexed; what is indexed is not read again.
        if (isLast || plan.Sweep is not null)
            commit.Then(
                "select callintel.advance_indexing($1::integer, $2::integer, $3::uuid, $4, $5, $6, $7)",
                plan.Revision,
                plan.Sweep,
                plan.Sweep is null || isLast ? null : plan.Starts[0],
                plan.Generation,
                plan.Xact,
                plan.Seq,
                plan.AsOf ?? DateTime.UnixEpoch
            );
        if (!isLast || plan.Sweep is not null)
            return commit.RunAgain(TimeSpan.Zero, "{}");
        int idle = indexed > 0 ? 0 : await IdleStepsAsync(job, cancellationToken).ConfigureAwait(false) + 1;
        TimeSpan pause = ShortestPause * Math.Pow(2, Math.Min(idle, 10));
        return commit.RunAgain(
            pause < LongestPause ? pause : LongestPause,
            string.Create(CultureInfo.InvariantCulture, $$"""{"idle": {{idle}}}""")
        );
    }

    static async Task<int> IdleStepsAsync(JobContext job, CancellationToken cancellationToken)
    {
        using JsonDocument payload = JsonDocument.Parse(
            await job.ReadPayloadAsync(cancellationToken).ConfigureAwait(false)
        );
        return payload.RootElement.TryGetProperty("idle", out JsonElement idle) && idle.TryGetInt32(out int steps)
            ? steps
            : 0;
    }

    /// <summary>Text search was turned off.</summary>
    static async Task<JobCommit> DeleteAsync(JobContext job, CancellationToken cancellationToken)
    {
        for (int steps = 0; steps < PagesOfStep; steps++)
        {
            long deleted = await job
                .Session.ScalarAsync<long>(
                    new NpgsqlBatchCommand("select callintel.delete_lexemes($1)").With(DeletedAtOnce),
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (deleted == 0)
                return JobCommit.Done;
        }
        return JobCommit.Done.RunAgain(TimeSpan.Zero, "{}");
    }

    /// <summary>What <c>callintel.plan_indexing</c> returned.</summary>
    sealed record Plan(
        bool IsEnabled,
        bool IsOutdated,
        SearchLanguage Language,
        int Revision,
        int? Sweep,
        Guid[] Starts,
        Guid[] Ends,
        long Generation,
        long Xact,
        long Seq,
        DateTime? AsOf
    )
    {
        internal static Plan Read(NpgsqlDataReader row) =>
            !row.GetBoolean(0) || row.GetBoolean(1)
                ? new Plan(
                    row.GetBoolean(0),
                    !row.IsDBNull(1) && row.GetBoolean(1),
                    default,
                    0,
                    null,
                    [],
                    [],
                    0,
                    0,
                    0,
                    null
                )
                : new Plan(
                    true,
                    false,
                    (SearchLanguage)row.GetInt16(2),
                    row.GetInt32(3),
                    row.IsDBNull(4) ? null : row.GetInt32(4),
                    row.GetFieldValue<Guid[]>(5),
                    row.GetFieldValue<Guid[]>(6),
                    row.GetInt64(7),
                    row.GetInt64(8),
                    row.GetInt64(9),
                    row.IsDBNull(10) ? null : row.GetDateTime(10)
                );
    }
}

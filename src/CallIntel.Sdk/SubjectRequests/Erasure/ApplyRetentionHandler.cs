using CallIntel.Sdk.Jobs;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Applies the retention of an org once a day. Each page of events is deleted at once.</summary>
sealed class ApplyRetentionHandler : JobHandler
{
    public override string Kind => "apply_retention";

    public override int Concurrency => 1;

    public override async Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken)
    {
        await new EventRetention(job.Session).ApplyAsync(cancellationToken).ConfigureAwait(false);
        return JobCommit.Done.RunAgain(TimeSpan.FromDays(1));
    }
}

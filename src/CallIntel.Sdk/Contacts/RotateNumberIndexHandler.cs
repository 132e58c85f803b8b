using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Jobs;

namespace CallIntel.Sdk.Contacts;

/// <summary>Runs <see cref="KeyAdministration.RotateBlindIndexAsync"/> as a job.</summary>
/// <remarks>
/// Each page of numbers is stored at once, so an attempt continues where the one before ended. The job is done although
/// numbers remain that cannot be re-indexed; they are those that <see cref="KeyAdministration.RotateBlindIndexAsync"/>
/// reports as failed.
/// </remarks>
sealed class RotateNumberIndexHandler(FieldEncryption encryption, SharedAudit audit, JobSignal enqueued) : JobHandler
{
    public override string Kind => "rotate_number_index";

    public override async Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken)
    {
        OrgEncryption org = new(job.Session, encryption, new AccessGate(job.Session, audit));
        KeyAdministration keys = new(org, enqueued);
        await keys.RotateBlindIndexAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return JobCommit.Done;
    }
}

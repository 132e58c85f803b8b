using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Jobs;

namespace CallIntel.Sdk.Contacts;

/// <summary>Runs <see cref="KeyAdministration.RotateAsync"/> as a job.</summary>
/// <remarks>Each page of keys is stored at once, so an attempt continues where the one before ended.</remarks>
sealed class RotateOrgKeyHandler(FieldEncryption encryption, SharedAudit audit, JobSignal enqueued) : JobHandler
{
    public override string Kind => "rotate_org_key";

    public override async Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken)
    {
        OrgEncryption org = new(job.Session, encryption, new AccessGate(job.Session, audit));
        KeyAdministration keys = new(org, enqueued);
        RewrapProgress progress = await keys.RotateAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return progress.Remaining == 0 ? JobCommit.Done : JobCommit.Done.RunAgain(TimeSpan.FromMinutes(1));
    }
}

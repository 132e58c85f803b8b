using System.Text.Json;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Jobs;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Runs an erasure as a job.</summary>
/// <remarks>Each step is stored at once, so an attempt continues where the one before ended.</remarks>
sealed class EraseSubjectHandler(FieldEncryption encryption, SharedAudit audit, SharedErasures shared) : JobHandler
{
    public override string Kind => "erase_subject";

    public override int Concurrency => 1;

    public override async Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken)
    {
        using JsonDocument payload = JsonDocument.Parse(
            await job.ReadPayloadAsync(cancellationToken).ConfigureAwait(false)
        );
        OrgEncryption org = new(job.Session, encryption, new AccessGate(job.Session, audit));
        await new ErasureRunner(job.Session, org, shared)
            .RunAsync(payload.RootElement.GetProperty("request").GetGuid(), stopBefore: null, cancellationToken)
            .ConfigureAwait(false);
        return JobCommit.Done;
    }
}

using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Jobs;

/// <summary>A job of an org that is not done.</summary>
/// <param name="Id">The id of the job.</param>
/// <param name="Kind">The kind of work, for example <c>rotate_org_key</c>.</param>
/// <param name="Version">The version of the kind that the job was enqueued with.</param>
/// <param name="State">The state.</param>
/// <param name="RunAt">When the job is due; while it is running, the end of the worker's lease. In UTC.</param>
/// <param name="Attempts">The number of attempts that have begun.</param>
/// <param name="Error">
/// The code of the last error, for example <c>CI0010</c>, or the name of an exception type; null if there was none.
/// </param>
/// <param name="EnqueuedAt">When the job was enqueued, in UTC.</param>
/// <param name="Deadline">After this time, the job is not started any more; null without a deadline. In UTC.</param>
/// <param name="RequestedBy">The member who enqueued the job; null if another job or operations did.</param>
public sealed record JobInfo(
    JobId Id,
    string Kind,
    int Version,
    JobState State,
    DateTimeOffset RunAt,
    int Attempts,
    string? Error,
    DateTimeOffset EnqueuedAt,
    DateTimeOffset? Deadline,
    [property: PseudonymousData] MemberId? RequestedBy
);

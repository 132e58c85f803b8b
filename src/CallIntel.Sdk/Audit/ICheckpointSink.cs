namespace CallIntel.Sdk.Audit;

/// <summary>
/// Keeps checkpoints where no administrator of the database can change them. What the sink knows cannot be rewritten
/// without being found.
/// </summary>
/// <remarks>
/// Called by the worker that seals, after the checkpoint was committed, and by verifications. A checkpoint can be
/// published more than once. Implementations must be thread-safe.
/// </remarks>
public interface ICheckpointSink
{
    /// <summary>Stores a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint, which replaces smaller ones with the same origin.</param>
    /// <param name="entries">
    /// The leaves that the tree received since the checkpoint that was published before, in order. A sink that keeps
    /// them lets a verification name each entry, even if the leaves in the database were rewritten.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0363</c>: the sink failed, or it knows a larger checkpoint, because the database was rolled back.
    /// </exception>
    Task PublishAsync(Checkpoint checkpoint, IReadOnlyList<SealedEntry> entries, CancellationToken cancellationToken);

    /// <summary>Returns the note of the largest checkpoint of an origin; null without one.</summary>
    /// <param name="origin">The name of the tree.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    Task<string?> FindLastAsync(string origin, CancellationToken cancellationToken);

    /// <summary>Returns the names of the trees of an org that the sink knows.</summary>
    /// <param name="org">The org.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    Task<IReadOnlyList<string>> ListOriginsAsync(Tenancy.OrgId org, CancellationToken cancellationToken);

    /// <summary>Returns the leaves of a tree, in order; empty if the sink does not keep them.</summary>
    /// <param name="origin">The name of the tree.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    Task<IReadOnlyList<SealedEntry>> ReadEntriesAsync(string origin, CancellationToken cancellationToken);
}

using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Events;

/// <summary>Storing and reading the events of the session's org.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class EventStore
{
    readonly OrgSession _session;

    internal EventStore(OrgSession session) => _session = session;

    /// <summary>Stores records, each exactly once, however often they are delivered.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="records">The records, read once, in constant memory.</param>
    /// <param name="options">Batch size, lanes, progress. Default: as documented there.</param>
    /// <param name="cancellationToken">Cancels. Batches committed by then stay; a rerun counts them as duplicates.</param>
    /// <returns>What became of every record.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role may not ingest, <c>CI0010</c> connection lost, <c>CI0020</c> another run moved the cursor. Nothing of the failing batch is stored.
    /// </exception>
    public Task<IngestReport> IngestAsync(
        IngestSource source, IAsyncEnumerable<EventRecord> records, IngestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(source.Name, nameof(source));
        ArgumentNullException.ThrowIfNull(records);
        options ??= new IngestOptions();
        options.Validate();
        return IngestPipeline.RunAsync(_session, source, records, options, cancellationToken);
    }
}

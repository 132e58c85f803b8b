using System.Security.Cryptography;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Ingestion;

/// <summary>
/// Checks records as an ingestion would, without a database: what a file holds, and what is wrong with it.
/// </summary>
public static class DryRun
{
    const int Remembered = 1_000_000;

    /// <summary>Reads all records and stores none.</summary>
    /// <param name="source">Where they come from, as for <see cref="EventWriter.IngestAsync"/>.</param>
    /// <param name="records">The records, read once.</param>
    /// <param name="rejectFile">
    /// A <see cref="RejectFile"/> to make; it holds personal data. Default: none.
    /// </param>
    /// <param name="timeProvider">The clock that times ahead are judged by. Default: the system's.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>Counts.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c> the file to import cannot be read, or the reject file not be written; the importer's own codes.
    /// </exception>
    public static async Task<DryRunReport> RunAsync(
        IngestSource source,
        IAsyncEnumerable<EventRecord> records,
        string? rejectFile = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(records);
        // ids for comparing within this run only: no key of an org is needed for them
        using RecordIdentity identity = new(IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, new byte[32]));
        RecordValidator validator = new(source, (timeProvider ?? TimeProvider.System).GetUtcNow())
        {
            Identity = identity,
        };
        Dictionary<RejectReason, long> reasons = [];
        Dictionary<EventChannel, long> channels = [];
        HashSet<Guid> ids = [];
        long read = 0,
            accepted = 0,
            repeated = 0;
        DateTimeOffset? earliest = null,
            latest = null;
        FileStream? file = rejectFile is null ? null : RejectFile.Create(rejectFile);
        await using (file)
            await foreach (EventRecord record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                long ordinal = read++;
                if (validator.TryStage(record, out StagedEvent row) is { } reason)
                {
                    reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
                    if (file is not null)
                        await RejectFile
                            .WriteAsync(
                                file,
                                ordinal,
                                record.Place,
                                reason.ToCode(),
                                RecordValidator.RawOf(record),
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                    continue;
                }
                accepted++;
                channels[record.Channel] = channels.GetValueOrDefault(record.Channel) + 1;
                (earliest, latest) = (Min(earliest, record.OccurredAt), Max(latest, record.OccurredAt));
                if (ids.Count < Remembered ? !ids.Add(row.Id) : ids.Contains(row.Id))
                    repeated++;
            }
        return new DryRunReport(read, accepted, repeated, read - accepted, reasons, channels, earliest, latest);
    }

    static DateTimeOffset Min(DateTimeOffset? one, DateTimeOffset other) =>
        one is { } known && known < other ? known : other;

    static DateTimeOffset Max(DateTimeOffset? one, DateTimeOffset other) =>
        one is { } known && known > other ? known : other;
}

using System.Security.Cryptography;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Ingestion;

/// <summary>
/// Validates records in the same way as an ingestion, but without a database: reports what a file contains and which
/// records would be rejected.
/// </summary>
public static class DryRun
{
    /// <summary>Reads and validates all records without storing them.</summary>
    /// <param name="source">The source of the records, as for <see cref="EventWriter.IngestAsync"/>.</param>
    /// <param name="records">The records. They are enumerated once.</param>
    /// <param name="rejectFile">
    /// The path of a <see cref="RejectFile"/> to create. It contains personal data. Default: no file.
    /// </param>
    /// <param name="timeProvider">
    /// The clock that determines which times are too far ahead. Default: the system clock.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The number of records by result.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c> the file to import cannot be read or the reject file cannot be written; or an error code of the
    /// importer.
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
        // These ids are only compared within this run, so a constant key instead of an org's key is sufficient.
        using RecordIdentity identity = new(IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, new byte[32]));
        RecordValidator validator = new(source, (timeProvider ?? TimeProvider.System).GetUtcNow())
        {
            Identity = identity,
        };
        DryRunTally tally = new();
        long read = 0;
        FileStream? file = rejectFile is null ? null : RejectFile.Create(rejectFile);
        await using (file)
            await foreach (EventRecord record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                long ordinal = read++;
                if (validator.TryStage(record, out StagedEvent row) is { } reason)
                {
                    tally.Reject(record, reason);
                    if (file is not null)
                        await RejectFile
                            .WriteAsync(
                                file,
                                ordinal,
                                record.Place,
                                reason.ToCode(),
                                RejectDetail.Describe(record, reason),
                                RecordValidator.RawOf(record),
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                    continue;
                }
                tally.Accept(record, row, validator.HasUnrecognizedNumber);
            }
        return tally.ToReport();
    }
}

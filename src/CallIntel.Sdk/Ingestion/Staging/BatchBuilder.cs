using System.Security.Cryptography;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Rejects;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Builds batches of records for bulk ingestion and webhooks: validates, resolves contacts, encrypts.
/// </summary>
/// <remarks>Not thread-safe. Use one instance per run or write.</remarks>
sealed class BatchBuilder(
    IngestContext context,
    IngestSource source,
    IIngestProtection protection,
    ContactResolver contacts
) : IDisposable
{
    readonly DetailsEncryptor _details = new(context.Encryption);
    readonly DuplicateFilter _duplicates = new(context.Session, source);
    readonly RecordValidator _validator = new(source, context.Time.GetUtcNow());
    readonly SuppressedTexts _suppressed = new(context.Session, source, protection);

    /// <summary>Adds a record to the events or to the rejects of the batch.</summary>
    internal async ValueTask StageAsync(
        EventRecord record,
        long ordinal,
        IngestBatch batch,
        CancellationToken cancellationToken
    )
    {
        if (_validator.Identity is null && RecordValidator.NeedsIdentity(record))
        {
            IncrementalHash hash = await context.Encryption.EventIdHashAsync(cancellationToken).ConfigureAwait(false);
            _validator.Identity = new(hash);
            _validator.Lines = new(hash, new PartyNormalizer(source.DefaultRegion));
        }
        if (_validator.TryStage(record, out StagedEvent row) is { } reason)
        {
            batch.Rejects.Add(
                new Reject
                {
                    Ordinal = ordinal,
                    Reason = reason,
                    Raw = RecordValidator.RawOf(record),
                    Place = record.Place,
                    Detail = RejectDetail.Describe(record, reason),
                    Parties = SuppressedTexts.PartiesOf(record),
                }
            );
            return;
        }
        row.Ordinal = ordinal;
        batch.UnrecognizedNumbers += _validator.HasUnrecognizedNumber ? 1 : 0;
        batch.AssumedDirections += record.DirectionBasis is DirectionBasis.Assumed ? 1 : 0;
        batch.AssumedTimes += record.TimeBasis is TimeBasis.Stated ? 0 : 1;
        batch.Events.Add(in row);
    }

    /// <summary>Prepares a batch for sending. Afterwards it contains no plaintext of content or numbers.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="before">
    /// Completes when earlier batches that store events are stored; null if duplicates do not have to be removed.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal async Task PrepareAsync(IngestBatch batch, Task? before, CancellationToken cancellationToken)
    {
        await contacts.ResolveAsync(batch, cancellationToken).ConfigureAwait(false);
        batch.ApplySuppression();
        ContentKeys.SetConversations(batch.Events);
        if (before is not null)
            await _duplicates.RemoveDuplicatesAsync(batch, before, cancellationToken).ConfigureAwait(false);
        await _suppressed.RemoveAsync(batch, cancellationToken).ConfigureAwait(false);
        await _details.EncryptAsync(batch, cancellationToken).ConfigureAwait(false);
        await protection.ProtectAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _validator.Identity?.Dispose();
}

using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Encryption;

namespace CallIntel.Sdk.Events;

/// <summary>
/// Decrypts the content of events. The database has already checked the role and the privacy rules: it does not return
/// envelopes that the member may not read.
/// </summary>
static class ContentReader
{
    /// <summary>Decrypts the content of events. One round trip reads all keys, or none if they are cached.</summary>
    internal static async Task<IReadOnlyList<ConversationEvent>> OpenAsync(
        OrgEncryption encryption,
        FiledRows<StoredEvent> stored,
        CancellationToken cancellationToken
    )
    {
        using DecryptionScope scope = await encryption
            .OpenAsync(
                stored.Access,
                stored.Rows.SelectMany(e => (byte[]?[])[e.Body, e.Transcript, e.Summary]),
                cancellationToken
            )
            .ConfigureAwait(false);
        OrgFields fields = encryption.Fields;
        return
        [
            .. stored.Rows.Select(e =>
                e.HasContent ? e.Metadata with { Content = Open(scope, fields, e) } : e.Metadata
            ),
        ];
    }

    static EventContent Open(DecryptionScope scope, OrgFields fields, in StoredEvent e)
    {
        OpenedText body = Open(scope, fields.Body, e.Metadata.Id, e.SealedId, e.Body),
            transcript = Open(scope, fields.Transcript, e.Metadata.Id, e.SealedId, e.Transcript),
            summary = Open(scope, fields.Summary, e.Metadata.Id, e.SealedId, e.Summary);
        DecryptResult status =
            summary.Status != DecryptResult.Ok ? summary.Status
            : transcript.Status != DecryptResult.Ok ? transcript.Status
            : body.Status;
        return new EventContent(body.Text, transcript.Text, summary.Text) { Status = status };
    }

    /// <summary>Decrypts one text of an event.</summary>
    internal static OpenedText Open(DecryptionScope scope, FieldHandle field, Guid id, Guid? sealedId, byte[]? envelope)
    {
        OpenedText text = scope.Open(field, id, envelope);
        // The content was encrypted before the source corrected the record's time. Only an id of the same record is
        // accepted; otherwise envelopes could be swapped between records.
        return
            text.Status == DecryptResult.AuthenticationFailed
            && sealedId is { } former
            && EventId.IsSameRecord(former, id)
            ? scope.Open(field, former, envelope)
            : text;
    }
}

using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Events;

/// <summary>Opens the content of events. Role and privacy rules have been checked by then: the database gave no envelope to whoever may not read it.</summary>
static class ContentReader
{
    /// <summary>One round trip for the keys of all events, or none if they are cached.</summary>
    internal static async Task<IReadOnlyList<ConversationEvent>> OpenAsync(
        OrgSession session,
        List<StoredEvent> stored,
        CancellationToken cancellationToken
    )
    {
        FieldEncryption encryption = session.Source.Encryption;
        OrgFields fields = encryption.FieldsOf(session.Identity.Org);
        HashSet<KeyId> ids = Envelopes.KeysOf(stored.SelectMany(e => (byte[]?[])[e.Body, e.Transcript, e.Summary]));
        if (ids.Count == 0)
            return [.. stored.Select(e => e.Facts)];
        using DataKeySet<KeyId> keys = await encryption
            .RentForDecryptionAsync(session, ids, cancellationToken)
            .ConfigureAwait(false);
        return [.. stored.Select(e => e.HasContent ? e.Facts with { Content = Open(keys, fields, e) } : e.Facts)];
    }

    static EventContent Open(DataKeySet<KeyId> keys, OrgFields fields, in StoredEvent e)
    {
        DecryptResult worst = DecryptResult.Ok;
        string? body = Open(keys, fields.Body, e, e.Body, ref worst);
        string? transcript = Open(keys, fields.Transcript, e, e.Transcript, ref worst);
        string? summary = Open(keys, fields.Summary, e, e.Summary, ref worst);
        return new EventContent(body, transcript, summary) { Status = worst };
    }

    static string? Open(
        DataKeySet<KeyId> keys,
        FieldHandle field,
        in StoredEvent e,
        byte[]? envelope,
        ref DecryptResult worst
    )
    {
        if (envelope is null)
            return null;
        DecryptResult result = Envelopes.TryDecryptText(keys, field, e.Facts.Id, envelope, out string? text);
        // Sealed before its source corrected the record's time. Only an id of the very same record is taken, or envelopes could be swapped.
        if (
            result == DecryptResult.AuthenticationFailed
            && e.SealedId is { } former
            && EventId.IsSameRecord(former, e.Facts.Id)
        )
            result = Envelopes.TryDecryptText(keys, field, former, envelope, out text);
        if (result != DecryptResult.Ok)
            worst = result;
        return text;
    }
}

using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Events;

/// <summary>
/// Encrypts content of several people under the key of their conversation, where it is not yet, page by page.
/// </summary>
/// <remarks>
/// Can be interrupted at any time and started again: each page is one transaction, and what all people can read is not
/// read again.
/// </remarks>
sealed class SharedContents(OrgEncryption encryption)
{
    const int PageSize = 500;

    const short Reference = 3;

    const string ReadSql =
        "select event_id, field, ordinal, envelope, sealed_id, people, author"
        + " from callintel.read_shared_contents($1, $2)";

    /// <summary>
    /// Files the events and not their contacts: nobody sees a text, so it raises no alert for honey tokens.
    /// </summary>
    static readonly ProtectedRead Read = new(
        ReadSql,
        2,
        [
            new(
                "envelope",
                ProtectedFields.Body
                    | ProtectedFields.Transcript
                    | ProtectedFields.Summary
                    | ProtectedFields.AttachmentReference
            ),
        ],
        events: "event_id"
    );

    readonly record struct Row(
        Guid Event,
        short Field,
        short Ordinal,
        byte[]? Envelope,
        Guid? SealedId,
        Guid[] People,
        Guid? Author
    )
    {
        internal KeyConversation Conversation => new(People, Author);
    }

    /// <returns>The number of rows of contents and attachments that were encrypted again.</returns>
    internal async Task<long> EncryptAsync(CancellationToken cancellationToken)
    {
        long replaced = 0;
        AccessReason reason = encryption.Gate.Reason();
        for (Guid? after = null; ; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            FiledRows<Row> page = await encryption
                .Gate.ListAsync(
                    new ProtectedCall<Row>(Read, new NpgsqlBatchCommand(ReadSql).With(after, PageSize), Map),
                    reason,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (page.Rows.Count == 0)
                return replaced;
            replaced += await EncryptAsync(page, cancellationToken).ConfigureAwait(false);
            after = page.Rows[^1].Event;
        }
    }

    async Task<long> EncryptAsync(FiledRows<Row> page, CancellationToken cancellationToken)
    {
        List<(Row Row, string Text)> opened = [];
        using (
            DecryptionScope scope = await encryption
                .OpenAsync(page.Access, page.Rows.Select(row => row.Envelope), cancellationToken)
                .ConfigureAwait(false)
        )
            foreach (Row row in page.Rows)
                if (row.Envelope is not null && Open(scope, row).Text is { } text)
                    opened.Add((row, text));
        if (opened.Count == 0)
            return 0;

        List<byte[]> envelopes = [];
        while (envelopes.Count < opened.Count)
        {
            KeyDemand[] demands =
            [
                .. opened
                    .Skip(envelopes.Count)
                    .Select(o => o.Row.Conversation)
                    .GroupBy(conversation => conversation.Subject)
                    .Select(same => new KeyDemand(same.First(), same.Count())),
            ];
            using DataKeySet<KeySubject> keys = await encryption
                .RentForEncryptionAsync(demands, cancellationToken)
                .ConfigureAwait(false);
            // If other processes used up a key's limit in the meantime, request the key again for the remaining texts.
            Encrypt(opened, keys, envelopes);
        }
        // Content whose author's key was destroyed cannot be encrypted again; it keeps its key.
        int[] chosen = [.. Enumerable.Range(0, opened.Count).Where(i => envelopes[i].Length > 0)];
        return await encryption
            .Session.ScalarAsync<long>(
                new NpgsqlBatchCommand("select callintel.replace_shared_contents($1, $2, $3, $4, $5)").With(
                    (Guid[])[.. chosen.Select(i => opened[i].Row.Event)],
                    (short[])[.. chosen.Select(i => opened[i].Row.Field)],
                    (short[])[.. chosen.Select(i => opened[i].Row.Ordinal)],
                    (byte[][])[.. chosen.Select(i => SHA256.HashData(opened[i].Row.Envelope!))],
                    (byte[][])[.. chosen.Select(i => envelopes[i])]
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Adds an envelope for each text, an empty one if its conversation can have no key. Stops where a key has to be
    /// requested again.
    /// </summary>
    void Encrypt(List<(Row Row, string Text)> opened, DataKeySet<KeySubject> keys, List<byte[]> envelopes)
    {
        for (int i = envelopes.Count; i < opened.Count; i++)
        {
            (Row row, string text) = opened[i];
            DataKeyRef key = keys[row.Conversation.Subject];
            if (key.Status == KeyLookup.CryptoShredded)
            {
                envelopes.Add([]);
                continue;
            }
            FieldHandle field = FieldOf(row);
            byte[] plaintext = Encoding.UTF8.GetBytes(text);
            byte[] envelope = GC.AllocateUninitializedArray<byte>(
                EnvelopeFormat.GetLength(plaintext.Length, field.Padding)
            );
            EncryptResult result = FieldCipher.TryEncrypt(key, field, RowIdOf(row), plaintext, envelope, out _);
            if (Envelopes.CanAskAgain(key, result))
                return;
            if (result != EncryptResult.Ok)
                throw Envelopes.Unavailable();
            envelopes.Add(envelope);
        }
    }

    OpenedText Open(DecryptionScope scope, in Row row) =>
        row.Field == Reference
            ? scope.Open(FieldOf(row), RowIdOf(row), row.Envelope)
            : ContentReader.Open(scope, FieldOf(row), row.Event, row.SealedId, row.Envelope);

    static Guid RowIdOf(in Row row) =>
        row.Field == Reference ? ScopeKeys.DetailRowId(row.Event, row.Ordinal) : row.Event;

    FieldHandle FieldOf(in Row row) =>
        row.Field switch
        {
            0 => encryption.Fields.Body,
            1 => encryption.Fields.Transcript,
            2 => encryption.Fields.Summary,
            _ => encryption.Fields.PartReference,
        };

    static Row Map(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.IsDBNull(1) ? (short)0 : row.GetInt16(1),
            row.IsDBNull(2) ? (short)0 : row.GetInt16(2),
            row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3),
            row.IsDBNull(4) ? null : row.GetGuid(4),
            row.GetFieldValue<Guid[]>(5),
            row.IsDBNull(6) ? null : row.GetGuid(6)
        );
}

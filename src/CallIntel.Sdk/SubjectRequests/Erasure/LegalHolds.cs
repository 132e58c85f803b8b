using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Places, releases and lists legal holds. Thread-safe.</summary>
sealed class LegalHolds(SessionTransport session, OrgEncryption encryption)
{
    internal const int MaxNoteLength = 4000;
    const int PageSize = 200;

    const string ListSql =
        "select hold_id, contact_id, reason, note, placed_by, placed_at, released_by, released_at"
        + " from callintel.read_holds($1, $2, $3)";

    static readonly ProtectedRead ListRead = new(
        ListSql,
        3,
        [new("note", ProtectedFields.LegalHoldNote)],
        contacts: "contact_id"
    );

    internal async Task<LegalHoldId> PlaceAsync(
        ContactId contact,
        LegalHoldReason reason,
        string? note,
        CancellationToken cancellationToken
    )
    {
        if (note is { Length: > MaxNoteLength } || (note is not null && string.IsNullOrWhiteSpace(note)))
            throw new CallIntelException(
                ErrorCodes.InvalidLegalHold,
                "The note of the legal hold is blank or too long.",
                $"Pass 1 to {MaxNoteLength} characters, or null."
            );
        byte[]? stored = null;
        if (note is not null)
        {
            await session.RequireAsync(Permission.ManagePrivacy, cancellationToken).ConfigureAwait(false);
            stored = await encryption
                .EncryptForDirectoryAsync(encryption.Fields.LegalHoldNote, contact.Value, note, cancellationToken)
                .ConfigureAwait(false);
        }
        return new LegalHoldId(
            await session
                .ScalarAsync<Guid>(
                    new NpgsqlBatchCommand("select callintel.place_hold($1, $2, $3)").With(
                        contact.Value,
                        (short)reason,
                        stored
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false)
        );
    }

    internal Task<Guid[]> ReleaseAsync(LegalHoldId hold, CancellationToken cancellationToken) =>
        session.ScalarAsync<Guid[]>(
            new NpgsqlBatchCommand("select callintel.release_hold($1)").With(hold.Value),
            cancellationToken
        );

    internal async Task<List<LegalHold>> ListAsync(ContactId? contact, CancellationToken cancellationToken)
    {
        AccessReason reason = encryption.Gate.Reason();
        List<LegalHold> holds = [];
        for (Guid? after = null; ; after = holds[^1].Id.Value)
        {
            (List<(LegalHold Hold, byte[]? Note)> page, FiledAccess? access) = await encryption
                .Gate.ListAsync(
                    new ProtectedCall<(LegalHold Hold, byte[]? Note)>(
                        ListRead,
                        new NpgsqlBatchCommand(ListSql).With(contact?.Value, after, PageSize),
                        Map
                    ),
                    reason,
                    cancellationToken
                )
                .ConfigureAwait(false);
            using DecryptionScope scope = await encryption
                .OpenAsync(access, page.Select(h => h.Note), cancellationToken)
                .ConfigureAwait(false);
            foreach ((LegalHold hold, byte[]? note) in page)
            {
                OpenedText text = scope.Open(encryption.Fields.LegalHoldNote, hold.Contact.Value, note);
                holds.Add(hold with { Note = text.Text, NoteStatus = text.Status });
            }
            if (page.Count < PageSize)
                return holds;
        }
    }

    static (LegalHold Hold, byte[]? Note) Map(NpgsqlDataReader row) =>
        (
            new LegalHold(
                new LegalHoldId(row.GetGuid(0)),
                new ContactId(row.GetGuid(1)),
                (LegalHoldReason)row.GetInt16(2),
                null,
                new MemberId(row.GetGuid(4)),
                row.GetFieldValue<DateTimeOffset>(5),
                row.IsDBNull(6) ? null : new MemberId(row.GetGuid(6)),
                row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7)
            ),
            row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3)
        );
}

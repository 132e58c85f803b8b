using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Events;

/// <summary>Adds details, attachments and further parties to events.</summary>
static class DetailsReader
{
    const decimal Micros = 1_000_000m;

    const string DetailsSql =
        "select event_id, modified_at, conversation_id, parent_id, leg, status, error_code, price_micros, currency,"
        + " own_number from callintel.read_event_details($1)";

    const string PartsSql =
        "select event_id, ordinal, media_type, size_bytes, reference from callintel.read_event_parts($1)";

    const string PartiesSql =
        "select event_id, party_id, role, started_at, duration_s, outcome, status"
        + " from callintel.read_event_participants($1)";

    static readonly ProtectedRead DetailsRead = new(
        DetailsSql,
        1,
        [new("own_number", ProtectedFields.OwnNumber)],
        events: "event_id"
    );

    static readonly ProtectedRead PartsRead = new(
        PartsSql,
        1,
        [new("reference", ProtectedFields.AttachmentReference)],
        events: "event_id"
    );

    readonly record struct StoredDetails(Guid Event, ConversationDetails Details, byte[]? OwnNumber);

    readonly record struct StoredPart(Guid Event, int Ordinal, string MediaType, long? Size, byte[] Reference);

    /// <summary>
    /// Adds the details in one round trip, and reads keys that are not cached in a second one.
    /// </summary>
    internal static async Task<IReadOnlyList<ConversationEvent>> AddAsync(
        OrgEncryption encryption,
        IReadOnlyList<ConversationEvent> events,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        if (events.Count == 0)
            return events;
        Guid[] contacts = [.. events.Select(e => e.Contact?.Value).OfType<Guid>().Distinct()];
        (
            FiledRows<StoredDetails> details,
            FiledRows<StoredPart> parts,
            List<(Guid Event, ConversationParty Party)> parties
        ) = await encryption
            .Gate.ListAsync(
                new ProtectedCall<StoredDetails>(DetailsRead, Command(DetailsSql, events), MapDetails)
                {
                    Contacts = contacts,
                },
                new ProtectedCall<StoredPart>(PartsRead, Command(PartsSql, events), MapPart) { Contacts = contacts },
                Command(PartiesSql, events),
                MapParty,
                reason,
                cancellationToken
            )
            .ConfigureAwait(false);

        using DecryptionScope scope = await encryption
            .OpenAsync(
                FiledAccess.Combine(details.Access, parts.Access),
                [.. details.Rows.Select(d => d.OwnNumber), .. parts.Rows.Select(p => p.Reference)],
                cancellationToken
            )
            .ConfigureAwait(false);
        OrgFields fields = encryption.Fields;
        Dictionary<Guid, ConversationDetails> detailsOf = details.Rows.ToDictionary(
            d => d.Event,
            d => Open(scope, fields, d)
        );
        ILookup<Guid, ConversationPart> partsOf = parts.Rows.ToLookup(p => p.Event, p => Open(scope, fields, p));
        ILookup<Guid, ConversationParty> partiesOf = parties.ToLookup(p => p.Event, p => p.Party);
        return
        [
            .. events.Select(e =>
                e with
                {
                    Details = detailsOf.GetValueOrDefault(e.Id),
                    Parts = [.. partsOf[e.Id]],
                    OtherParties = [.. partiesOf[e.Id]],
                }
            ),
        ];
    }

    static ConversationDetails Open(DecryptionScope scope, OrgFields fields, in StoredDetails stored)
    {
        Guid row = ScopeKeys.DetailRowId(stored.Event, ScopeKeys.OwnNumberOrdinal);
        OpenedText number = scope.Open(fields.OwnNumber, row, stored.OwnNumber);
        return stored.Details with { OwnNumber = number.Text, OwnNumberStatus = number.Status };
    }

    static ConversationPart Open(DecryptionScope scope, OrgFields fields, in StoredPart stored)
    {
        Guid row = ScopeKeys.DetailRowId(stored.Event, stored.Ordinal);
        OpenedText reference = scope.Open(fields.PartReference, row, stored.Reference);
        return new ConversationPart(stored.MediaType, reference.Text, stored.Size) { Status = reference.Status };
    }

    static NpgsqlBatchCommand Command(string sql, IReadOnlyList<ConversationEvent> events)
    {
        return new NpgsqlBatchCommand(sql).With((Guid[])[.. events.Select(e => e.Id)]);
    }

    static StoredDetails MapDetails(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            new ConversationDetails
            {
                ModifiedAt = row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1),
                ConversationId = Text(row, 2),
                ParentId = Text(row, 3),
                Leg = row.IsDBNull(4) ? null : row.GetInt32(4),
                Status = Text(row, 5),
                ErrorCode = Text(row, 6),
                Price = row.IsDBNull(7) ? null : row.GetInt64(7) / Micros,
                Currency = Text(row, 8),
            },
            row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9)
        );

    static StoredPart MapPart(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetInt16(1),
            row.GetString(2),
            row.IsDBNull(3) ? null : row.GetInt64(3),
            row.GetFieldValue<byte[]>(4)
        );

    static (Guid, ConversationParty) MapParty(NpgsqlDataReader row) =>
        (
            row.GetGuid(0),
            new ConversationParty(row.IsDBNull(1) ? null : new ContactId(row.GetGuid(1)), (PartyRole)row.GetInt16(2))
            {
                StartedAt = row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3),
                Duration = row.IsDBNull(4) ? null : TimeSpan.FromSeconds(row.GetInt32(4)),
                Outcome = (EventOutcome)row.GetInt16(5),
                Status = Text(row, 6),
            }
        );

    static string? Text(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);
}

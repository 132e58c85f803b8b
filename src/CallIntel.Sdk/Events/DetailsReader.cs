using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Events;

/// <summary>Adds details, parts and further parties to events that were read.</summary>
static class DetailsReader
{
    const decimal Micros = 1_000_000m;

    const string DetailsSql =
        "select event_id, modified_at, conversation_id, parent_id, leg, status, error_code, price_micros, currency, own_number"
        + " from callintel.read_event_details($1)";

    const string PartsSql =
        "select event_id, ordinal, media_type, size_bytes, reference from callintel.read_event_parts($1)";

    const string PartiesSql =
        "select event_id, party_id, role, started_at, duration_s, outcome, status from callintel.read_event_participants($1)";

    readonly record struct StoredDetails(Guid Event, ConversationDetails Facts, byte[]? OwnNumber);

    readonly record struct StoredPart(Guid Event, int Ordinal, string MediaType, long? Size, byte[] Reference);

    /// <summary>One round trip, and one for the keys that are not in memory.</summary>
    internal static async Task<IReadOnlyList<ConversationEvent>> AddAsync(
        OrgSession session,
        IReadOnlyList<ConversationEvent> events,
        CancellationToken cancellationToken
    )
    {
        if (events.Count == 0)
            return events;
        List<StoredDetails> details;
        List<StoredPart> parts;
        List<(Guid Event, ConversationParty Party)> parties;
        NpgsqlBatchCommand[] commands =
        [
            .. ((string[])[DetailsSql, PartsSql, PartiesSql]).Select(sql => Command(sql, events)),
        ];
        await using (BatchResults results = await session.OpenAsync(commands, cancellationToken).ConfigureAwait(false))
        {
            details = await results.RowsAsync(MapDetails, cancellationToken).ConfigureAwait(false);
            parts = await results.RowsAsync(MapPart, cancellationToken).ConfigureAwait(false);
            parties = await results.RowsAsync(MapParty, cancellationToken).ConfigureAwait(false);
        }

        FieldEncryption encryption = session.Source.Encryption;
        OrgFields fields = encryption.FieldsOf(session.Identity.Org);
        HashSet<KeyId> ids = Envelopes.KeysOf([.. details.Select(d => d.OwnNumber), .. parts.Select(p => p.Reference)]);
        using DataKeySet<KeyId>? keys =
            ids.Count == 0
                ? null
                : await encryption.RentForDecryptionAsync(session, ids, cancellationToken).ConfigureAwait(false);
        Dictionary<Guid, ConversationDetails> detailsOf = details.ToDictionary(
            d => d.Event,
            d => Open(keys, fields, d)
        );
        ILookup<Guid, ConversationPart> partsOf = parts.ToLookup(p => p.Event, p => Open(keys, fields, p));
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

    static ConversationDetails Open(DataKeySet<KeyId>? keys, OrgFields fields, in StoredDetails stored)
    {
        if (stored.OwnNumber is null)
            return stored.Facts;
        string? number = null;
        DecryptResult status = keys is null
            ? DecryptResult.Malformed
            : Envelopes.TryDecryptText(
                keys,
                fields.OwnNumber,
                ScopeKeys.ExtraRowId(stored.Event, ScopeKeys.OwnNumberOrdinal),
                stored.OwnNumber,
                out number
            );
        return stored.Facts with { OwnNumber = number, OwnNumberStatus = status };
    }

    static ConversationPart Open(DataKeySet<KeyId>? keys, OrgFields fields, in StoredPart stored)
    {
        string? reference = null;
        DecryptResult status = keys is null
            ? DecryptResult.Malformed
            : Envelopes.TryDecryptText(
                keys,
                fields.PartReference,
                ScopeKeys.ExtraRowId(stored.Event, stored.Ordinal),
                stored.Reference,
                out reference
            );
        return new ConversationPart(stored.MediaType, reference, stored.Size) { Status = status };
    }

    static NpgsqlBatchCommand Command(string sql, IReadOnlyList<ConversationEvent> events)
    {
        NpgsqlBatchCommand command = new(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. events.Select(e => e.Id)] });
        return command;
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

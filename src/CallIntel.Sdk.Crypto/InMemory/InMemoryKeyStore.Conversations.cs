using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.InMemory;

public sealed partial class InMemoryKeyStore
{
    /// <summary>
    /// Returns a record as the store hands it out: the key of a conversation together with the key of a party that
    /// unwraps it, or as destroyed if no such key is left.
    /// </summary>
    DataKeyRecord HandOut(Guid orgId, DataKeyRecord record)
    {
        if (!ConversationWrapping.IsConversation(record.Subject) || record.State == KeyState.Destroyed)
            return record;

        foreach (ReadOnlyMemory<byte> part in PartsOf(record))
        {
            if (
                !_keys.TryGetValue((orgId, PartyKeyOf(part)), out Row? party)
                || party.Record.State == KeyState.Destroyed
            )
                continue;

            byte[] wrapped = new byte[ConversationWrapping.RecordLength];
            part[(1 + KeyId.Length)..].CopyTo(wrapped);
            Span<byte> rest = wrapped.AsSpan(DataKeyRecord.WrappedLength);
            party.Record.Id.CopyTo(rest);
            party.Record.Subject.Id.TryWriteBytes(rest[KeyId.Length..], bigEndian: true, out _);
            party.Record.Wrapped.Span.CopyTo(rest[(KeyId.Length + 16)..]);
            return record with { Epoch = party.Record.Epoch, Wrapped = wrapped };
        }

        return Destroyed(record);
    }

    /// <summary>
    /// Destroys the keys of conversations that a person wrote, and those that no other person can unwrap.
    /// </summary>
    IEnumerable<KeyId> ShredConversations(Guid orgId)
    {
        foreach (((Guid org, KeyId id), Row row) in _keys.ToList())
        {
            if (
                org != orgId
                || !ConversationWrapping.IsConversation(row.Record.Subject)
                || row.Record.State == KeyState.Destroyed
            )
                continue;

            bool isLost =
                PartsOf(row.Record).Any(part => part.Span[0] == 1 && IsDestroyed(orgId, PartyKeyOf(part)))
                || PartsOf(row.Record).All(part => IsDestroyed(orgId, PartyKeyOf(part)));
            if (!isLost)
                continue;

            _keys[(org, id)] = row with { Record = Destroyed(row.Record) };
            _erased.Add((org, row.Record.Subject));
            yield return id;
        }
    }

    bool IsDestroyed(Guid orgId, KeyId key) => _keys[(orgId, key)].Record.State == KeyState.Destroyed;

    static DataKeyRecord Destroyed(DataKeyRecord record) =>
        record with
        {
            State = KeyState.Destroyed,
            Wrapped = default,
        };

    static KeyId PartyKeyOf(ReadOnlyMemory<byte> part) => new(part.Span.Slice(1, KeyId.Length));

    static IEnumerable<ReadOnlyMemory<byte>> PartsOf(DataKeyRecord record)
    {
        for (int at = 0; at < record.Wrapped.Length; at += ConversationWrapping.PartLength)
            yield return record.Wrapped.Slice(at, ConversationWrapping.PartLength);
    }
}

using System.Runtime.InteropServices;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// Wrapped keys in the database. Each call is one round trip and one transaction, as the member whose session is
/// current.
/// </summary>
/// <remarks>
/// Thread-safe. One for all sessions of a data source, because the caches above it are; who asks comes with the async
/// flow, from <see cref="Use"/>. A load that several members wait for runs as the one who asked first.
/// </remarks>
sealed partial class PostgresKeyStore(ILogger log) : IDataKeyStore, IOrgKeyStore, IDataKeyRotationStore
{
    static readonly AsyncLocal<SessionTransport?> Current = new();

    /// <summary>Lets key stores act as a session in this async flow, until what is returned is disposed.</summary>
    internal static Flow Use(SessionTransport session)
    {
        ArgumentNullException.ThrowIfNull(session);
        SessionTransport? before = Current.Value;
        Current.Value = session;
        return new Flow(before);
    }

    static SessionTransport SessionOf(Guid orgId)
    {
        SessionTransport session = Current.Value
            ?? throw new CallIntelException(
                ErrorCodes.NoContext,
                "Keys were asked for outside a session.",
                "Call through an SessionTransport."
            );
        if (session.Identity.Org.Value != orgId)
            throw new CallIntelException(
                CryptoErrorCodes.KeyOrgMismatch,
                "Keys of one org were asked for in a session of another.",
                "Take keys and fields from the same session."
            );
        return session;
    }

    /// <summary>The array itself where the memory is all of one, which it is for what the key system makes.</summary>
    static byte[] Array(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment)
        && segment.Offset == 0
        && segment.Count == segment.Array!.Length
            ? segment.Array
            : memory.ToArray();

    /// <summary>Key id, purpose, subject, epoch, state, wrapped key: how every function returns a data key.</summary>
    static DataKeyRecord Record(NpgsqlDataReader row) =>
        new(
            new KeyId(row.GetFieldValue<byte[]>(0)),
            new KeySubject(PurposeOf(row.GetString(1)), row.GetGuid(2)),
            row.GetInt32(3),
            (KeyState)row.GetInt16(4),
            Wrapped(row, 5)
        );

    static ReadOnlyMemory<byte> Wrapped(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? default : row.GetFieldValue<byte[]>(ordinal);

    // nearly every key is a person's: no check and no string of its own for each of thousands
    static KeyPurpose PurposeOf(string value) =>
        value == KeyPurpose.Person.Value ? KeyPurpose.Person : KeyPurpose.Parse(value);

    /// <summary>Gives the flow back to whom it acted for before.</summary>
    internal readonly struct Flow(SessionTransport? before) : IDisposable
    {
        public void Dispose() => Current.Value = before;
    }
}

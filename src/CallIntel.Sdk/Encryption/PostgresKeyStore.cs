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
/// Stores wrapped keys in the database. Each call is one round trip and one transaction, as the member of a session.
/// </summary>
/// <param name="caller">
/// The session. Null for the store of the shared caches, which is never called: each session uses views with a store of
/// its own. When several members wait for the same load, it runs as the member who requested it first.
/// </param>
/// <param name="log">The log of keys.</param>
/// <remarks>Thread-safe.</remarks>
sealed partial class PostgresKeyStore(SessionTransport? caller, ILogger log)
    : IDataKeyStore,
        IOrgKeyStore,
        IDataKeyRotationStore
{
    SessionTransport SessionOf(Guid orgId)
    {
        if (caller is null)
            throw new CallIntelException(
                ErrorCodes.NoContext,
                "Keys were requested outside a session.",
                "Use the keys of an OrgEncryption."
            );
        if (caller.Identity.Org.Value != orgId)
            throw new CallIntelException(
                CryptoErrorCodes.KeyOrgMismatch,
                "Keys of one org were requested in a session of another org.",
                "Use keys and fields of the same session."
            );
        return caller;
    }

    /// <summary>
    /// Returns the underlying array if the memory covers all of it, which is true for keys of the SDK.
    /// </summary>
    static byte[] Array(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment)
        && segment.Offset == 0
        && segment.Count == segment.Array!.Length
            ? segment.Array
            : memory.ToArray();

    /// <summary>
    /// Reads a data key. All functions return key id, purpose, subject, epoch, state and wrapped key.
    /// </summary>
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

    // Nearly every key belongs to a person. This avoids a validation and a string allocation per key.
    static KeyPurpose PurposeOf(string value) =>
        value == KeyPurpose.Person.Value ? KeyPurpose.Person : KeyPurpose.Parse(value);
}

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
/// Stores wrapped keys in the database. Each call is one round trip and one transaction, as the member of the current
/// session.
/// </summary>
/// <remarks>
/// Thread-safe. All sessions of a data source share one store, because they share the caches that use it. The session
/// of a call comes from the async flow; see <see cref="Use"/>. When several members wait for the same load, it runs as
/// the member who requested it first.
/// </remarks>
sealed partial class PostgresKeyStore(ILogger log) : IDataKeyStore, IOrgKeyStore, IDataKeyRotationStore
{
    static readonly AsyncLocal<SessionTransport?> Current = new();

    /// <summary>Makes key stores act as a session in this async flow until the returned value is disposed.</summary>
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
                "Keys were requested outside a session.",
                "Call through a SessionTransport."
            );
        if (session.Identity.Org.Value != orgId)
            throw new CallIntelException(
                CryptoErrorCodes.KeyOrgMismatch,
                "Keys of one org were requested in a session of another org.",
                "Use keys and fields of the same session."
            );
        return session;
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

    /// <summary>Restores the previous session of the async flow.</summary>
    internal readonly struct Flow(SessionTransport? before) : IDisposable
    {
        public void Dispose() => Current.Value = before;
    }
}

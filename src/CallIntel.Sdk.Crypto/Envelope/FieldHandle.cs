using System.Buffers.Binary;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>
/// Names one protected column of one org, by logical names that survive a rename of the physical ones, and holds the hash of
/// these names that every envelope of the column is bound to.
/// </summary>
/// <remarks>Immutable and thread-safe. Make one per (org, table, column) and keep it: making it costs a hash.</remarks>
public sealed class FieldHandle
{
    internal const int ContextHashLength = SHA256.HashSizeInBytes;

    private readonly byte[] _contextHash;

    /// <summary>Creates the handle.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="table">The logical table name, for example <c>event_contents</c>. Never change it: old envelopes would no longer open.</param>
    /// <param name="column">The logical column name, for example <c>body</c>. Never change it either.</param>
    /// <param name="padding">How far lengths are hidden. May be changed at any time: envelopes say themselves whether they are padded. Default: not at all.</param>
    /// <exception cref="ArgumentException">A name is empty or holds a lone surrogate, or the padding is not one of the enumeration.</exception>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.IdMissing"/>: the id of the org is
    /// empty.</exception>
    public FieldHandle(Guid orgId, string table, string column, FieldPadding padding = FieldPadding.None)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentException.ThrowIfNullOrEmpty(column);
        if (padding is not (FieldPadding.None or FieldPadding.Bucket16 or FieldPadding.Bucket32))
            throw new ArgumentException("Unknown padding.", nameof(padding));

        if (orgId == Guid.Empty)
            throw KeyFaults.NoId("org");

        OrgId = orgId;
        Table = table;
        Column = column;
        Padding = padding;
        _contextHash = ComputeContextHash(orgId, table, column);
    }

    /// <summary>The org.</summary>
    public Guid OrgId { get; }

    /// <summary>The logical table name.</summary>
    public string Table { get; }

    /// <summary>The logical column name.</summary>
    public string Column { get; }

    /// <summary>How far lengths are hidden.</summary>
    public FieldPadding Padding { get; }

    /// <summary>SHA-256 over "ci/aad/v1" and the length-prefixed org, table and column: 32 bytes.</summary>
    internal ReadOnlySpan<byte> ContextHash => _contextHash;

    /// <summary>The logical names.</summary>
    /// <returns><c>table.column</c></returns>
    public override string ToString() => $"{Table}.{Column}";

    private static byte[] ComputeContextHash(Guid orgId, string table, string column)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("ci/aad/v1"u8);
        Span<byte> org = stackalloc byte[16];
        orgId.TryWriteBytes(org, bigEndian: true, out _);
        AppendPrefixed(hash, org);
        AppendPrefixed(hash, StrictUtf8.Encoding.GetBytes(table));
        AppendPrefixed(hash, StrictUtf8.Encoding.GetBytes(column));
        return hash.GetHashAndReset();
    }

    private static void AppendPrefixed(IncrementalHash hash, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        hash.AppendData(length);
        hash.AppendData(value);
    }
}

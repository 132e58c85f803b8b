using System.Buffers.Binary;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>
/// Identifies one encrypted column of one org. Every envelope is bound to it. The names are logical names, so tables
/// and columns can be renamed in the database.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Create one for each org, table and column and reuse it: creating it computes a hash.
/// </remarks>
public sealed class FieldHandle
{
    internal const int ContextHashLength = SHA256.HashSizeInBytes;

    readonly byte[] _contextHash;

    /// <summary>Creates the handle.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="table">
    /// The logical table name, for example <c>event_contents</c>. Never change it: existing envelopes could not be
    /// decrypted any more.
    /// </param>
    /// <param name="column">The logical column name, for example <c>body</c>. Never change it.</param>
    /// <param name="padding">
    /// How the length of values is hidden. It can be changed at any time, because each envelope records whether it is
    /// padded. Default: no padding.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A name is empty or contains a lone surrogate, or the padding is not a value of <see cref="FieldPadding"/>.
    /// </exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.IdMissing"/>: the id of the org is empty.
    /// </exception>
    public FieldHandle(Guid orgId, string table, string column, FieldPadding padding = FieldPadding.None)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentException.ThrowIfNullOrEmpty(column);
        if (padding is not (FieldPadding.None or FieldPadding.Bucket16 or FieldPadding.Bucket32))
            throw new ArgumentException($"{(int)padding} is not a value of FieldPadding.", nameof(padding));

        if (orgId == Guid.Empty)
            throw KeyFaults.NoId("org");

        OrgId = orgId;
        Table = table;
        Column = column;
        Padding = padding;
        _contextHash = ComputeContextHash(orgId, table, column);
    }

    /// <summary>Gets the org.</summary>
    public Guid OrgId { get; }

    /// <summary>Gets the logical table name.</summary>
    public string Table { get; }

    /// <summary>Gets the logical column name.</summary>
    public string Column { get; }

    /// <summary>Gets how the length of values is hidden.</summary>
    public FieldPadding Padding { get; }

    /// <summary>SHA-256 over "ci/aad/v1" and the length-prefixed org, table and column.</summary>
    internal ReadOnlySpan<byte> ContextHash => _contextHash;

    /// <summary>Returns the logical names.</summary>
    /// <returns><c>table.column</c></returns>
    public override string ToString() => $"{Table}.{Column}";

    static byte[] ComputeContextHash(Guid orgId, string table, string column)
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

    static void AppendPrefixed(IncrementalHash hash, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        hash.AppendData(length);
        hash.AppendData(value);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>
/// A position in a file. It identifies the file by a digest of its first 64 KiB, decompressed, and counts the records
/// before the position.
/// </summary>
/// <remarks>
/// Written as <c>digest-length:records</c>. The length is the number of bytes in the digest, so that a short file can
/// grow.
/// </remarks>
static class FileCursor
{
    internal const int DigestedBytes = 1 << 16;
    const int DigestCharacters = 16;

    /// <summary>The part that all cursors of a file have in common.</summary>
    internal static string PrefixOf(ReadOnlySpan<byte> identity)
    {
        ReadOnlySpan<byte> beginning = identity[..Math.Min(identity.Length, DigestedBytes)];
        return string.Create(CultureInfo.InvariantCulture, $"{Digest(beginning)}-{beginning.Length}:");
    }

    internal static string At(string prefix, long records) => prefix + records.ToString(CultureInfo.InvariantCulture);

    /// <returns>The number of records before the cursor.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0170</c>: the cursor belongs to another file, or is malformed.
    /// </exception>
    internal static long Resume(string? cursor, ReadOnlySpan<byte> identity)
    {
        if (cursor is null)
            return 0;
        int dash = cursor.IndexOf('-', StringComparison.Ordinal),
            colon = cursor.IndexOf(':', StringComparison.Ordinal);
        if (
            dash == DigestCharacters
            && colon > dash
            && int.TryParse(
                cursor.AsSpan(dash + 1, colon - dash - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out int length
            )
            && long.TryParse(
                cursor.AsSpan(colon + 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long records
            )
            && length <= identity.Length
            && cursor.AsSpan(0, dash).SequenceEqual(Digest(identity[..length]))
        )
            return records;
        throw new CallIntelException(
            ErrorCodes.CursorOfAnotherFile,
            "The cursor to resume after does not belong to this file.",
            "Import the file without a cursor. Records that are already stored count as duplicates."
        );
    }

    static string Digest(ReadOnlySpan<byte> beginning)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(beginning, hash);
        return Convert.ToHexStringLower(hash[..(DigestCharacters / 2)]);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>A place in a file: which file it is, by a digest of its first 64 KiB once unpacked, and how many records lie before it.</summary>
/// <remarks>Written as <c>digest-length:records</c>. The length is that of the digested beginning, so that a short file may grow.</remarks>
static class FileCursor
{
    internal const int DigestedBytes = 1 << 16;
    const int DigestCharacters = 16;

    /// <summary>The part that all cursors of a file share.</summary>
    internal static string PrefixOf(ReadOnlySpan<byte> beginning) =>
        string.Create(CultureInfo.InvariantCulture, $"{Digest(beginning)}-{beginning.Length}:");

    internal static string At(string prefix, long records) => prefix + records.ToString(CultureInfo.InvariantCulture);

    /// <returns>How many records to pass over.</returns>
    /// <exception cref="CallIntelException"><c>CI0170</c> the cursor is of another file, or none.</exception>
    internal static long Resume(string? cursor, ReadOnlySpan<byte> beginning)
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
            && length <= beginning.Length
            && cursor.AsSpan(0, dash).SequenceEqual(Digest(beginning[..length]))
        )
            return records;
        throw new CallIntelException(
            ErrorCodes.CursorOfAnotherFile,
            "The cursor to resume after is not one of this file.",
            "Import the file without one: what is stored already counts as duplicate."
        );
    }

    static string Digest(ReadOnlySpan<byte> beginning)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(beginning, hash);
        return Convert.ToHexStringLower(hash[..(DigestCharacters / 2)]);
    }
}

using System.Globalization;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>
/// Creates ids for lines without ids: a digest of the line, and its number among equal lines that are close to each
/// other.
/// </summary>
/// <remarks>
/// An id depends only on nearby lines, so an export that begins elsewhere results in the same ids. Two generations of
/// 65,536 lines are kept in memory.
/// </remarks>
sealed class RepeatedLines
{
    internal const int Window = 1 << 16;
    Dictionary<Guid, (long At, int Count)> _recent = [],
        _older = [];
    long _at;

    internal string IdentityOf(ReadOnlySpan<byte> line)
    {
        if (++_at % Window == 0)
        {
            (_older, _recent) = (_recent, _older);
            _recent.Clear();
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line, hash);
        Guid digest = new(hash[..16], bigEndian: true);

        bool seen = _recent.TryGetValue(digest, out (long At, int Count) last) || _older.TryGetValue(digest, out last);
        int count = seen && _at - last.At <= Window ? last.Count + 1 : 1;
        _recent[digest] = (_at, count);
        string id = Convert.ToHexStringLower(hash[..16]);
        return count == 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}#{count}");
    }
}

using System.Text;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>
/// Converts Windows-1252 to UTF-8, if the file is not UTF-8, and carriage returns to line feeds, if the file has no
/// line feeds.
/// </summary>
/// <remarks>
/// The first block with other characters than ASCII decides: the file is Windows-1252 if the block contains no sequence
/// of UTF-8 for any of them, and each of their bytes is a character of Windows-1252. Otherwise the file is UTF-8, and
/// records with invalid bytes are rejected one by one.
/// </remarks>
sealed class EightBitStream(Stream inner, int skip, bool isUtf8, bool hasReturnsOnly) : DecodedStream(inner, skip)
{
    /// <summary>The characters of Windows-1252 from 0x80 to 0x9F. NUL: not a character.</summary>
    const string Specials =
        "\u20AC\0\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\0\u017D\0"
        + "\0\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\0\u017E\u0178";

    bool _isKnown = isUtf8,
        _isUtf8 = true;

    protected override int Decode(ReadOnlySpan<byte> bytes, Span<byte> decoded, bool isEnd, out int written)
    {
        int used = bytes.Length;
        if (!_isKnown && IsUtf8(bytes, isEnd) is { } decided)
            (_isKnown, _isUtf8) = (true, decided);
        else if (!_isKnown)
            used -= CutBytes(bytes);
        bytes = bytes[..used];
        if (_isUtf8)
        {
            bytes.CopyTo(decoded);
            written = used;
        }
        else
        {
            written = 0;
            foreach (byte b in bytes)
                if (b < 0x80)
                    decoded[written++] = b;
                else
                    written += new Rune(CharacterOf(b) is '\0' ? (char)b : CharacterOf(b)).EncodeToUtf8(
                        decoded[written..]
                    );
        }
        if (hasReturnsOnly)
            decoded[..written].Replace((byte)'\r', (byte)'\n');
        return used;
    }

    /// <summary>Whether text is UTF-8 or Windows-1252. Null if more of the file is needed to decide.</summary>
    internal static bool? IsUtf8(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        // a character can continue in the next block
        bytes = isEnd ? bytes : bytes[..^CutBytes(bytes)];
        return !Ascii.IsValid(bytes) ? !IsWindows1252(bytes)
            : isEnd ? true
            : null;
    }

    /// <summary>The number of bytes at the end that can be the beginning of a UTF-8 sequence.</summary>
    static int CutBytes(ReadOnlySpan<byte> bytes)
    {
        for (int i = 1; i <= Math.Min(3, bytes.Length); i++)
            if (bytes[^i] >= 0xC0)
                return i;
            else if (bytes[^i] < 0x80)
                break;
        return 0;
    }

    static bool IsWindows1252(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (bytes[0] < 0x80)
            {
                int next = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
                bytes = next < 0 ? default : bytes[next..];
                continue;
            }
            if (Rune.DecodeFromUtf8(bytes, out _, out _) is System.Buffers.OperationStatus.Done)
                return false;
            if (CharacterOf(bytes[0]) == '\0')
                return false;
            bytes = bytes[1..];
        }
        return true;
    }

    /// <summary>The character of a byte in Windows-1252; NUL if there is none.</summary>
    internal static char CharacterOf(byte b) => b is >= 0x80 and < 0xA0 ? Specials[b - 0x80] : (char)b;
}

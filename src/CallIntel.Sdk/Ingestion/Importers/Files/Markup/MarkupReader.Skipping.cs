using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Ingestion.Importers.Files.Markup;

sealed partial class MarkupReader
{
    async ValueTask SkipSpaceAsync(CancellationToken cancellationToken)
    {
        while (await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            int length = _buffer.Unread.IndexOfAnyExcept(" \t\r\n"u8);
            Take(length < 0 ? _buffer.Unread.Length : length);
            if (length >= 0)
                return;
        }
    }

    async ValueTask<bool> NextIsAsync(byte expected, CancellationToken cancellationToken)
    {
        bool isNext =
            await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false) && _buffer.Unread[0] == expected;
        if (isNext)
            Take(1);
        return isNext;
    }

    async ValueTask SkipPastAsync(byte last, CancellationToken cancellationToken)
    {
        while (await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            int length = _buffer.Unread.IndexOf(last);
            Take(length < 0 ? _buffer.Unread.Length : length + 1);
            if (length >= 0)
                return;
        }
    }

    /// <summary>Skips malformed markup, up to the next tag.</summary>
    async ValueTask SkipToTagAsync(CancellationToken cancellationToken)
    {
        while (await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            int length = _buffer.Unread.IndexOf((byte)'<');
            Take(length < 0 ? _buffer.Unread.Length : length);
            if (length >= 0)
                return;
        }
    }

    /// <summary>
    /// Skips a comment, a CDATA section or a document type. A document type with a subset in brackets is refused,
    /// because it can declare entities.
    /// </summary>
    async ValueTask SkipDeclarationAsync(CancellationToken cancellationToken)
    {
        Take(1);
        bool isComment =
            await NextIsAsync((byte)'-', cancellationToken).ConfigureAwait(false)
            && await NextIsAsync((byte)'-', cancellationToken).ConfigureAwait(false);
        bool isText = !isComment && await NextIsAsync((byte)'[', cancellationToken).ConfigureAwait(false);
        byte closing = isComment ? (byte)'-' : (byte)']';
        int closed = 0;
        while (await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            byte b = _buffer.Unread[0];
            Take(1);
            if (!isComment && !isText && b == '[')
                throw EntitiesRefused();
            if (b == '>' && ((!isComment && !isText) || closed >= 2))
                return;
            closed = b == closing ? closed + 1 : 0;
        }
    }

    async ValueTask SkipInstructionAsync(CancellationToken cancellationToken)
    {
        byte before = 0;
        while (await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            byte b = _buffer.Unread[0];
            Take(1);
            if (before == '?' && b == '>')
                break;
            before = b;
        }
        string instruction = Raw.ToLowerInvariant();
        const string Encoding = "encoding=";
        int encoding = instruction.IndexOf(Encoding, StringComparison.Ordinal);
        ReadOnlySpan<char> name =
            encoding < 0 ? default : instruction.AsSpan(encoding + Encoding.Length).TrimStart("\"'");
        if (instruction.StartsWith("<?xml", StringComparison.Ordinal) && encoding > 0 && !IsDecoded(name))
            throw new CallIntelException(
                Diagnostics.ErrorCodes.UnreadableFile,
                "The XML declaration of the file names an encoding that cannot be read.",
                "Save the file as UTF-8."
            );
    }

    /// <summary>
    /// Whether text of the encoding arrives here as UTF-8. The decoder judges by the bytes: files that other programs
    /// converted often keep the declaration of their first encoding.
    /// </summary>
    static bool IsDecoded(ReadOnlySpan<char> name)
    {
        foreach (
            string known in (ReadOnlySpan<string>)
                ["utf-8", "utf8", "us-ascii", "utf-16", "iso-8859-1", "latin1", "windows-1252", "cp1252"]
        )
            if (
                name.StartsWith(known, StringComparison.Ordinal)
                && !char.IsAsciiDigit(name[known.Length..] is [var c, ..] ? c : ' ')
            )
                return true;
        return false;
    }
}

using System.Runtime.InteropServices;
using System.Text;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Files.Markup;

sealed partial class MarkupReader
{
    int _tagBytes;

    async ValueTask<MarkupToken> ReadTagAsync(CancellationToken cancellationToken)
    {
        _tagBytes = 0;
        Name = await ReadNameAsync(cancellationToken).ConfigureAwait(false);
        if (Name.Length == 0)
            return MarkupToken.Broken;
        while (true)
        {
            await SkipSpaceAsync(cancellationToken).ConfigureAwait(false);
            if (!await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
                return MarkupToken.Broken; // the file ends in the tag
            switch (_buffer.Unread[0])
            {
                case (byte)'>':
                    Take(1);
                    return MarkupToken.Start;
                case (byte)'/':
                    Take(1);
                    IsEmpty = true;
                    continue;
                case (byte)'<':
                    return MarkupToken.Broken; // the next tag begins before this one ends; reading continues there
            }
            if (!await ReadAttributeAsync(cancellationToken).ConfigureAwait(false))
            {
                await SkipToTagAsync(cancellationToken).ConfigureAwait(false);
                return MarkupToken.Broken;
            }
        }
    }

    async ValueTask<bool> ReadAttributeAsync(CancellationToken cancellationToken)
    {
        string name = await ReadNameAsync(cancellationToken).ConfigureAwait(false);
        if (name.Length == 0)
            return false;
        await SkipSpaceAsync(cancellationToken).ConfigureAwait(false);
        if (!await NextIsAsync((byte)'=', cancellationToken).ConfigureAwait(false))
            return lenient; // HTML has attributes without values
        await SkipSpaceAsync(cancellationToken).ConfigureAwait(false);
        byte quote = await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false) ? _buffer.Unread[0] : (byte)0;
        if (quote is not ((byte)'"' or (byte)'\''))
            return false;
        Take(1);
        bool inPieces = isBulk is not null && isBulk(Name, name);
        _value.Clear();
        while (await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            int end = _buffer.Unread.IndexOfAny(quote, (byte)'<');
            int length = end < 0 ? _buffer.Unread.Length : end;
            if (inPieces)
            {
                takeBulk!(_buffer.Unread[..length]);
                _buffer.Skip(length);
            }
            else
            {
                _tagBytes = Math.Min(_tagBytes + length, MaxTagBytes + 1);
                if (_tagBytes > MaxTagBytes)
                    Reason ??= RejectReason.TextTooLong;
                AppendValue(_buffer.Unread[..length]);
                Take(length);
            }
            if (end < 0)
                continue;
            if (_buffer.Unread[0] == '<')
                return false; // the quote is never closed, and the next tag begins here
            Take(1);
            return Keep(name, inPieces);
        }
        return false;
    }

    bool Keep(string name, bool inPieces)
    {
        if (_attributes.Count == MaxAttributes)
            Reason = RejectReason.TextTooLong;
        if (Reason is RejectReason.TextTooLong)
            return true;
        if (inPieces)
        {
            _attributes[name] = "";
            return true;
        }
        RejectReason? wrong = MarkupText.Decode(CollectionsMarshal.AsSpan(_value), lenient, out string text);
        Reason ??= wrong;
        _attributes[name] = text;
        return true;
    }

    async ValueTask<string> ReadNameAsync(CancellationToken cancellationToken)
    {
        _value.Clear();
        while (await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            byte b = _buffer.Unread[0];
            if (
                b
                    is (byte)' '
                        or (byte)'\t'
                        or (byte)'\r'
                        or (byte)'\n'
                        or (byte)'='
                        or (byte)'>'
                        or (byte)'/'
                        or (byte)'<'
                        or (byte)'"'
                        or (byte)'\''
                || _value.Count == MaxNameBytes
            )
                break;
            _value.Add(b);
            Take(1);
        }
        return Encoding.Latin1.GetString(CollectionsMarshal.AsSpan(_value)).ToLowerInvariant();
    }
}

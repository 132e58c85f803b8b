namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>
/// Finds the objects in a file of JSON values: objects in sequence, arrays of objects, or pages with a list of objects.
/// </summary>
/// <remarks>
/// Holds one object in memory at a time. After a malformed object, it continues where the error shows: at a line end
/// inside a string, or at an object that begins in the first column although the object before it began there too and
/// has not ended.
/// </remarks>
sealed class JsonScanner(Stream stream, string? listName, int maxBytes)
{
    readonly byte[] _window = new byte[1 << 16];
    readonly List<byte> _object = [],
        _page = [],
        _name = [];
    int _start,
        _end;
    long _before;
    bool _inPage,
        _isTooLong;

    /// <summary>The result of <see cref="ReadAsync"/>.</summary>
    internal enum Found
    {
        /// <summary>An object.</summary>
        Object,

        /// <summary>The end of a page. The bytes are the page without its list.</summary>
        Page,

        /// <summary>An object over the limit. The bytes are its beginning.</summary>
        TooLong,

        /// <summary>Anything else than a JSON object.</summary>
        Broken,

        /// <summary>The end of the file.</summary>
        EndOfFile,
    }

    /// <summary>The position of the result in bytes, from 0.</summary>
    internal long Offset { get; private set; }

    internal ReadOnlyMemory<byte> Bytes { get; private set; }

    internal async ValueTask<Found> ReadAsync(CancellationToken cancellationToken)
    {
        byte last = (byte)'\n';
        while (await HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            byte b = _window[_start];
            if (b == '{')
                return await ReadObjectAsync(last == '\n', cancellationToken).ConfigureAwait(false);
            if (b == '}' && _inPage)
                return await EndPageAsync(cancellationToken).ConfigureAwait(false);
            if (b == ']' && _inPage)
            {
                Found end = await ReadRestOfPageAsync(cancellationToken).ConfigureAwait(false);
                if (end is not Found.Object)
                    return end;
            }
            else if (
                b
                is not (
                    (byte)' '
                    or (byte)'\t'
                    or (byte)'\r'
                    or (byte)'\n'
                    or (byte)','
                    or (byte)'['
                    or (byte)']'
                    or 0x1E
                )
            )
                return await ReadJunkAsync(cancellationToken).ConfigureAwait(false);
            else
                _start++;
            last = b;
        }
        if (!_inPage)
            return Found.EndOfFile;
        (_inPage, Offset, Bytes) = (false, _before + _end, default);
        return Found.Broken; // the file ends inside a page
    }

    async ValueTask<Found> ReadObjectAsync(bool atLineStart, CancellationToken cancellationToken)
    {
        Offset = _before + _start;
        _object.Clear();
        _isTooLong = false;
        int depth = 0;
        bool inString = false,
            escaped = false,
            isName = false;
        byte last = 0,
            before = 0;
        while (await HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            byte b = _window[_start];
            if (
                (inString && b == '\n')
                || (
                    b == '{'
                    && before == '\n'
                    && depth > 0
                    && atLineStart
                    && last is not ((byte)'[' or (byte)',' or (byte)':')
                )
            )
                return Give(Found.Broken, _object);
            _start++;
            Append(_object, b);
            before = b;
            if (inString)
            {
                if (escaped)
                    escaped = false;
                else if (b == '\\')
                    escaped = true;
                else if (b == '"')
                    (inString, last) = (false, b);
                if (isName && inString && _name.Count < 64)
                    _name.Add(b);
                continue;
            }
            switch (b)
            {
                case (byte)'"':
                    inString = true;
                    isName = depth == 1 && last is (byte)'{' or (byte)',';
                    if (isName)
                        _name.Clear();
                    break;
                case (byte)'{' or (byte)'[':
                    if (b == '[' && depth == 1 && last == ':' && listName is not null && !_inPage && IsListName())
                        return await BeginPageAsync(cancellationToken).ConfigureAwait(false);
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    if (--depth == 0)
                        return Give(_isTooLong ? Found.TooLong : Found.Object, _object);
                    break;
            }
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                last = b;
        }
        return Give(Found.Broken, _object);
    }

    bool IsListName() =>
        System.Text.Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_name))
        == listName;

    /// <summary>Begins a page. The objects in its list follow, and then the rest of the page.</summary>
    ValueTask<Found> BeginPageAsync(CancellationToken cancellationToken)
    {
        _inPage = true;
        _page.Clear();
        if (!_isTooLong)
            _page.AddRange(_object);
        return ReadAsync(cancellationToken);
    }

    /// <summary>Reads the properties between the list and the end of a page.</summary>
    async ValueTask<Found> ReadRestOfPageAsync(CancellationToken cancellationToken)
    {
        int depth = 1;
        bool inString = false,
            escaped = false;
        while (await HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            byte b = _window[_start];
            if (!inString && b == '}' && depth == 1)
                return await EndPageAsync(cancellationToken).ConfigureAwait(false);
            _start++;
            if (_page.Count < 1 << 16)
                _page.Add(b);
            if (inString)
                (inString, escaped) = (escaped || b != '"', !escaped && b == '\\');
            else if (b == '"')
                inString = true;
            else
                depth +=
                    b is (byte)'{' ? 1
                    : b is (byte)'}' ? -1
                    : 0;
        }
        return Found.Object; // the end of the file, which the caller reports
    }

    ValueTask<Found> EndPageAsync(CancellationToken cancellationToken)
    {
        _start++;
        _inPage = false;
        _page.Add((byte)'}');
        Offset = _before + _start;
        return new(Give(Found.Page, _page));
    }

    async ValueTask<Found> ReadJunkAsync(CancellationToken cancellationToken)
    {
        Offset = _before + _start;
        _object.Clear();
        while (
            await HasMoreAsync(cancellationToken).ConfigureAwait(false)
            && _window[_start] is not ((byte)'{' or (byte)'\n')
        )
            Append(_object, _window[_start++]);
        return Give(Found.Broken, _object);
    }

    Found Give(Found found, List<byte> bytes)
    {
        Bytes = bytes.ToArray();
        return found;
    }

    void Append(List<byte> bytes, byte b)
    {
        if (bytes.Count < maxBytes)
            bytes.Add(b);
        else
            _isTooLong = true;
    }

    ValueTask<bool> HasMoreAsync(CancellationToken cancellationToken) =>
        _start < _end ? new(true) : FillAsync(cancellationToken);

    async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _before += _end;
        (_start, _end) = (0, 0);
        _end = await stream.ReadAsync(_window, cancellationToken).ConfigureAwait(false);
        return _end > 0;
    }
}

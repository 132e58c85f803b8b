using System.Text;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>
/// Finds the objects in a file of JSON values: objects in sequence, arrays of objects, or pages with a list of objects.
/// </summary>
/// <remarks>
/// Holds one object in memory at a time. After a malformed object, it continues where the error shows: at a line end
/// inside a string, or at an object that begins in the first column although the object before it began there too and
/// has not ended.
/// </remarks>
/// <param name="stream">The stream, at its beginning.</param>
/// <param name="lists">
/// The paths of the lists of a page, for example <c>records</c> or <c>data.calls</c>. Empty if there are no pages.
/// </param>
/// <param name="maxBytes">The maximum number of bytes of an object.</param>
sealed class JsonScanner(Stream stream, IReadOnlyCollection<string> lists, int maxBytes)
{
    const int DeepestList = 4;

    readonly byte[] _window = new byte[1 << 16];
    readonly List<byte> _object = [],
        _page = [];

    /// <summary>The names of the properties that enclose the current position, from the outermost.</summary>
    readonly List<byte>[] _names = [.. Enumerable.Range(0, DeepestList).Select(_ => new List<byte>())];
    int _start,
        _end,
        _listDepth;
    long _before,
        _lines = 1,
        _lineWithObject;
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

    /// <summary>The number of the line on which the result begins, from 1.</summary>
    internal long Line { get; private set; } = 1;

    /// <summary>Whether the result is the first one on its line.</summary>
    internal bool IsFirstOnLine { get; private set; }

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
            {
                _start++;
                _lines += b == '\n' ? 1 : 0;
            }
            last = b;
        }
        if (!_inPage)
            return Found.EndOfFile;
        (_inPage, Bytes) = (false, default);
        Begin();
        return Found.Broken; // the file ends inside a page
    }

    async ValueTask<Found> ReadObjectAsync(bool atLineStart, CancellationToken cancellationToken)
    {
        Begin();
        _object.Clear();
        _isTooLong = false;
        int depth = 0,
            arrays = 0;
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
            _lines += b == '\n' ? 1 : 0;
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
                if (isName && inString && _names[depth - 1].Count < 64)
                    _names[depth - 1].Add(b);
                continue;
            }
            switch (b)
            {
                case (byte)'"':
                    inString = true;
                    isName =
                        arrays == 0
                        && depth is > 0 and <= DeepestList
                        && lists.Count > 0
                        && !_inPage
                        && last is (byte)'{' or (byte)',';
                    if (isName)
                        _names[depth - 1].Clear();
                    break;
                case (byte)'{' or (byte)'[':
                    if (b == '[' && last == ':' && arrays == 0 && !_inPage && IsList(depth))
                        return await BeginPageAsync(depth, cancellationToken).ConfigureAwait(false);
                    depth++;
                    arrays += b == '[' || arrays > 0 ? 1 : 0;
                    break;
                case (byte)'}' or (byte)']':
                    arrays -= arrays > 0 ? 1 : 0;
                    if (--depth == 0)
                        return Give(_isTooLong ? Found.TooLong : Found.Object, _object);
                    break;
            }
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                last = b;
        }
        return Give(Found.Broken, _object);
    }

    bool IsList(int depth)
    {
        if (depth > DeepestList || lists.Count == 0)
            return false;
        string path = string.Join('.', _names.Take(depth).Select(name => Encoding.UTF8.GetString([.. name])));
        return lists.Contains(path, StringComparer.Ordinal);
    }

    /// <summary>Begins a page. The objects in its list follow, and then the rest of the page.</summary>
    ValueTask<Found> BeginPageAsync(int depth, CancellationToken cancellationToken)
    {
        (_inPage, _listDepth) = (true, depth);
        _page.Clear();
        if (!_isTooLong)
            _page.AddRange(_object);
        return ReadAsync(cancellationToken);
    }

    /// <summary>Reads the properties between the list and the end of a page.</summary>
    async ValueTask<Found> ReadRestOfPageAsync(CancellationToken cancellationToken)
    {
        int depth = _listDepth;
        bool inString = false,
            escaped = false;
        while (await HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            byte b = _window[_start];
            if (!inString && b == '}' && depth == 1)
                return await EndPageAsync(cancellationToken).ConfigureAwait(false);
            _start++;
            _lines += b == '\n' ? 1 : 0;
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
        Begin();
        _object.Clear();
        while (
            await HasMoreAsync(cancellationToken).ConfigureAwait(false)
            && _window[_start] is not ((byte)'{' or (byte)'\n')
        )
            Append(_object, _window[_start++]);
        return Give(Found.Broken, _object);
    }

    void Begin()
    {
        (Offset, Line, IsFirstOnLine) = (_before + _start, _lines, _lineWithObject != _lines);
        _lineWithObject = _lines;
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

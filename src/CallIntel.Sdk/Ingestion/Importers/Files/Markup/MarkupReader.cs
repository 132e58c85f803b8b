using System.Runtime.InteropServices;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Files.Markup;

/// <summary>Reads the tags of XML and XHTML one by one, in constant memory.</summary>
/// <remarks>
/// <see cref="System.Xml.XmlReader"/> holds each attribute in memory as a whole, and attachments of many megabytes are
/// attributes in these files. It also stops at the first error, although the records after it are readable. This reader
/// returns long attributes in pieces and continues at the next tag. It does not expand entities, and refuses a document
/// that declares some.
/// </remarks>
sealed partial class MarkupReader(
    Stream stream,
    bool lenient,
    Func<string, string, bool>? isBulk = null,
    Action<ReadOnlySpan<byte>>? takeBulk = null
)
{
    internal const int MaxTagBytes = 4 << 20;
    const int MaxNameBytes = 256;
    const int MaxAttributes = 1000;
    const int MaxRawBytes = 1 << 16;

    readonly MarkupBuffer _buffer = new(stream);
    readonly List<byte> _value = [];
    readonly List<byte> _raw = [],
        _record = [];
    readonly Dictionary<string, string> _attributes = new(StringComparer.Ordinal);
    bool _inRecord;

    /// <summary>The name of the element, in lower case.</summary>
    internal string Name { get; private set; } = "";

    internal string Text { get; private set; } = "";

    /// <summary>The reason why the attributes or the text are invalid, or null.</summary>
    internal RejectReason? Reason { get; private set; }

    /// <summary>Whether the element ends with its start tag.</summary>
    internal bool IsEmpty { get; private set; }

    /// <summary>The position of the token in bytes, from 0.</summary>
    internal long Offset { get; private set; }

    internal string? this[string attribute] => _attributes.GetValueOrDefault(attribute);

    /// <summary>
    /// The token as it is in the file, up to 64 KiB, without the attributes that are returned in pieces.
    /// </summary>
    internal string Raw => MarkupText.Raw(CollectionsMarshal.AsSpan(_raw));

    /// <summary>
    /// Begins a record of several tokens with the current token. <see cref="EndRecord"/> returns its text.
    /// </summary>
    internal void BeginRecord()
    {
        _inRecord = true;
        _record.Clear();
        _record.AddRange(_raw);
    }

    /// <summary>
    /// Returns the record that <see cref="BeginRecord"/> began, as it is in the file, up to 64 KiB and without the
    /// attributes that are returned in pieces.
    /// </summary>
    /// <param name="withToken">Whether the current token belongs to the record.</param>
    internal string EndRecord(bool withToken)
    {
        _inRecord = false;
        int length =
            withToken || _record.Count == MaxRawBytes ? _record.Count : Math.Max(0, _record.Count - _raw.Count);
        string record = MarkupText.Raw(CollectionsMarshal.AsSpan(_record)[..length]);
        _record.Clear();
        return record;
    }

    internal async ValueTask<MarkupToken> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            (Offset, Reason, IsEmpty) = (_buffer.Offset, null, false);
            _attributes.Clear();
            _raw.Clear();
            _value.Clear();
            if (!await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
                return MarkupToken.EndOfFile;
            if (_buffer.Unread[0] != '<')
            {
                await ReadTextAsync(cancellationToken).ConfigureAwait(false);
                return MarkupToken.Text;
            }
            Take(1);
            Name = "";
            if (!await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
                return MarkupToken.Broken;
            switch (_buffer.Unread[0])
            {
                case (byte)'!':
                    await SkipDeclarationAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                case (byte)'?':
                    await SkipInstructionAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                case (byte)'/':
                    Take(1);
                    Name = await ReadNameAsync(cancellationToken).ConfigureAwait(false);
                    await SkipPastAsync((byte)'>', cancellationToken).ConfigureAwait(false);
                    return MarkupToken.End;
                default:
                    return await ReadTagAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Reads the text up to the next tag. Text over the limit is discarded, and <see cref="Reason"/> is set.
    /// </summary>
    async ValueTask ReadTextAsync(CancellationToken cancellationToken)
    {
        while (await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            int length = _buffer.Unread.IndexOf((byte)'<');
            AppendValue(length < 0 ? _buffer.Unread : _buffer.Unread[..length]);
            Take(length < 0 ? _buffer.Unread.Length : length);
            if (length >= 0)
                break;
        }
        RejectReason? wrong = MarkupText.Decode(CollectionsMarshal.AsSpan(_value), lenient, out string text);
        (Text, Reason) = (text, Reason ?? wrong);
    }

    void AppendValue(ReadOnlySpan<byte> bytes)
    {
        if (_value.Count + bytes.Length > MaxTagBytes)
            Reason ??= RejectReason.TextTooLong;
        if (Reason is not RejectReason.TextTooLong)
            _value.AddRange(bytes);
    }

    void Take(int count)
    {
        ReadOnlySpan<byte> bytes = _buffer.Unread[..count];
        Keep(_raw, bytes);
        if (_inRecord)
            Keep(_record, bytes);
        _buffer.Skip(count);
    }

    static void Keep(List<byte> kept, ReadOnlySpan<byte> bytes) =>
        kept.AddRange(bytes[..Math.Min(bytes.Length, MaxRawBytes - kept.Count)]);

    static CallIntelException EntitiesRefused() =>
        new(
            ErrorCodes.EntitiesRefused,
            "The file declares a document type that can contain entities, which can be used to attack a reader.",
            "Import the file as the app wrote it."
        );
}

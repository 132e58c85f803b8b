using System.Runtime.InteropServices;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Markup;

/// <summary>Reads the tags of XML and XHTML one by one, in memory that does not grow with them.</summary>
/// <remarks>
/// The framework's reader holds an attribute whole, and pictures of many megabytes are attributes here; and it gives up at the first error, where
/// the records behind it are still good. So this one hands out long attributes in pieces, and goes on at the next tag. It knows no entities and
/// refuses a document that declares some.
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
    readonly List<byte> _raw = [];
    readonly Dictionary<string, string> _attributes = new(StringComparer.Ordinal);

    /// <summary>The element's name, in lower case.</summary>
    internal string Name { get; private set; } = "";

    internal string Text { get; private set; } = "";

    /// <summary>Why the attributes or the text cannot be taken as they are.</summary>
    internal RejectReason? Reason { get; private set; }

    /// <summary>An element that ends where it begins.</summary>
    internal bool IsEmpty { get; private set; }

    /// <summary>Where the token begins, in bytes from 0.</summary>
    internal long Offset { get; private set; }

    internal string? this[string attribute] => _attributes.GetValueOrDefault(attribute);

    /// <summary>The token as it stands in the file, cut to 64 KiB, and without attributes in pieces.</summary>
    internal ReadOnlySpan<byte> Raw => CollectionsMarshal.AsSpan(_raw);

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

    /// <summary>Up to the next tag. What is longer than a tag may be is dropped, and said so.</summary>
    async ValueTask ReadTextAsync(CancellationToken cancellationToken)
    {
        while (await _buffer.HasMoreAsync(cancellationToken).ConfigureAwait(false))
        {
            int length = _buffer.Unread.IndexOf((byte)'<');
            AppendValue(length < 0 ? _buffer.Unread : _buffer.Unread[..length]);
            _buffer.Skip(length < 0 ? _buffer.Unread.Length : length);
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
        _raw.AddRange(bytes[..Math.Min(count, Math.Max(0, MaxRawBytes - _raw.Count))]);
        _buffer.Skip(count);
    }

    static CallIntelException EntitiesRefused() =>
        new(
            ErrorCodes.EntitiesRefused,
            "The file declares a document type with entities, which no backup has and which is a way to attack readers.",
            "Import the file as the application wrote it."
        );
}

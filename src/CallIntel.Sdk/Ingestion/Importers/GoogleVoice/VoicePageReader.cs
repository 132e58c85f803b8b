using System.Text;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files.Markup;

namespace CallIntel.Sdk.Ingestion.Importers.GoogleVoice;

/// <summary>Reads a page. The classes of its elements show what they contain.</summary>
sealed class VoicePageReader
{
    const int MostMessages = 20_000,
        MostText = MarkupReader.MaxTagBytes,
        MostPeople = 1000,
        MostLabels = 100,
        MostFiles = 100,
        LongestName = 4096;

    readonly VoicePage _page = new();
    readonly StringBuilder _text = new();
    VoiceMessage? _message;
    string? _capturing; // the kind of the text that is being read
    string _capturedUntil = "";
    string? _number;
    bool _inGroup,
        _isMe,
        _isOwner;
    long _kept;

    internal static async Task<VoicePage> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        MarkupReader reader = new(stream, lenient: true);
        VoicePageReader page = new();
        reader.BeginRecord();
        for (
            MarkupToken token;
            (token = await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) is not MarkupToken.EndOfFile;

        )
            page.Take(token, reader);
        page.EndMessage(reader, withToken: true);
        if (page._page is { Call: null, Messages.Count: 0 })
            page._page.Raw = reader.EndRecord(withToken: true);
        return page._page;
    }

    void Take(MarkupToken token, MarkupReader reader)
    {
        if (reader.Reason is { } reason && _message is not null)
            _message.Reason ??= reason;
        switch (token)
        {
            case MarkupToken.Text when _capturing is not null && _text.Length + reader.Text.Length <= MostText:
                _text.Append(reader.Text);
                break;
            case MarkupToken.Text when _capturing is not null:
                _message?.Reason ??= RejectReason.TextTooLong;
                break;
            case MarkupToken.Start:
                Begin(reader);
                break;
            case MarkupToken.End when reader.Name == _capturedUntil && _capturing is not null:
                EndText();
                break;
            case MarkupToken.End when reader.Name == "cite" && !_inGroup && _message is not null:
                _message.Sender ??= new VoicePerson(_number, "", _isMe);
                break;
            case MarkupToken.End when reader.Name == "div":
                _inGroup = false;
                break;
            case MarkupToken.Broken when _message is not null:
                _message.Reason ??= RejectReason.Malformed;
                break;
        }
    }

    void Begin(MarkupReader tag)
    {
        string[] classes = tag["class"]?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        bool Has(string name) => Array.IndexOf(classes, name) >= 0;
        switch (tag.Name)
        {
            case "title":
                Capture("title", tag);
                break;
            case "div" when Has("participants"):
                _inGroup = true;
                break;
            case "div" when Has("message"):
                BeginMessage(tag);
                break;
            case "div" when Has("haudio"):
                BeginMessage(tag);
                _page.Call = _message;
                break;
            case "abbr" when Has("dt") || Has("published"):
                _message?.Time = tag["title"];
                break;
            case "abbr" when Has("duration"):
                _message?.Duration = tag["title"];
                break;
            case "a" when Has("tel"):
                (_number, _isMe) = (tag["href"], false);
                break;
            case "a"
                when tag["rel"] == "tag"
                    && _page.Labels.Count < MostLabels
                    && tag["href"] is { Length: < LongestName } label:
                _page.Labels.Add(LabelOf(label));
                break;
            case "abbr" or "span" when Has("fn") && _number is not null:
                // in every language, the owner is abbreviated, and other people are not
                _isOwner = tag.Name == "abbr" && tag["title"] is "";
                Capture("name", tag);
                break;
            case "q":
                Capture("text", tag);
                break;
            case "span" when Has("full-text"):
                Capture("text", tag);
                break;
            case "br" when _capturing == "text":
                _text.Append('\n');
                break;
            case "img" or "video" or "source" when tag["src"] is { Length: > 0 } source:
                AddFile(tag.Name == "img" ? "image/*" : "video/*", source);
                break;
            case "a" when Has("video") || Has("audio"):
                AddFile(Has("video") ? "video/*" : "audio/*", tag["href"] ?? "");
                break;
            case "audio" when tag["src"] is { Length: > 0 } source:
                AddFile("audio/mpeg", source);
                break;
            case "a" when Has("vcard"):
                AddFile("text/vcard", tag["href"] ?? "");
                break;
        }
    }

    void AddFile(string type, string name)
    {
        if (name.Length > LongestName)
            _message?.Reason ??= RejectReason.TextTooLong;
        else if (_message is not null && _message.Files.Count < MostFiles && !_message.Files.Contains((type, name)))
            _message.Files.Add((type, name));
    }

    void Capture(string what, MarkupReader tag)
    {
        _text.Clear();
        (_capturing, _capturedUntil) = tag.IsEmpty ? (null, "") : (what, tag.Name);
        if (tag.IsEmpty && what == "text")
            _message?.Text = "";
    }

    void EndText()
    {
        string text = _text.ToString();
        switch (_capturing)
        {
            case "title":
                _page.Title = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
                break;
            case "name":
                _isMe = _isOwner || text.Trim() == "Me";
                VoicePerson person = new(_number, text.Trim(), _isMe);
                if (_inGroup && (_page.Group.Count == MostPeople || text.Length + _number?.Length > LongestName))
                    _page.IsGroupTooLong = true;
                else if (_inGroup)
                    _page.Group.Add(person);
                else
                    _message?.Sender ??= person;
                _number = null;
                break;
            default:
                _message?.Text = text.TrimEnd('\n');
                break;
        }
        _capturing = null;
    }

    /// <summary>
    /// Begins a message, and ends all elements of the message before, so that they do not become part of this one.
    /// </summary>
    void BeginMessage(MarkupReader tag)
    {
        EndMessage(tag, withToken: false);
        (_number, _isMe, _inGroup, _capturing) = (null, false, false, null);
        _message = new VoiceMessage { Offset = tag.Offset };
        tag.BeginRecord();
    }

    /// <param name="reader">The reader, at the token after the message, or at the end of the page.</param>
    /// <param name="withToken">Whether the current token belongs to the message.</param>
    void EndMessage(MarkupReader reader, bool withToken)
    {
        if (_message is null)
            return;
        _message.Raw = reader.EndRecord(withToken);
        if (_page.IsGroupTooLong)
            _message.Reason ??= RejectReason.TextTooLong;
        _kept +=
            _message.Raw.Length
            + (_message.Text?.Length ?? 0)
            + (_message.Time?.Length ?? 0)
            + (_message.Duration?.Length ?? 0)
            + (_message.Sender?.Name.Length ?? 0)
            + (_message.Sender?.Number?.Length ?? 0)
            + _message.Files.Sum(file => file.Name.Length)
            + 200;
        if (_page.Messages.Count >= MostMessages || _kept > 16 * MostText)
            _page.IsTooLong = true;
        else if (_message != _page.Call)
            _page.Messages.Add(_message);
        _message = null;
    }

    /// <summary>The label in a link, which follows <c>http://www.google.com/voice#</c>.</summary>
    static string LabelOf(string href) => href[(href.IndexOf('#', StringComparison.Ordinal) + 1)..].ToLowerInvariant();
}

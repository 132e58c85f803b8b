using System.Text;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>What the messages of a chat have in common: the order of their dates, and the people.</summary>
sealed class ChatSurvey
{
    const int MostPeople = 256;

    readonly List<string> _senders = [];
    (int Year, int First, int Second) _last;
    int _dayFirstSteps,
        _monthFirstSteps; // how often the time goes back with this order
    bool _dayIsFirst,
        _monthIsFirst,
        _yearIsFirst,
        _isPadded = true,
        _isSlash,
        _hasLongYear,
        _hasCapitalHalf,
        _hasForeignHalf;

    /// <summary>The people who wrote messages, in the order of their first message.</summary>
    internal IReadOnlyList<string> Senders => _senders;

    /// <summary>The names that contain a colon and a space, which otherwise end a name.</summary>
    internal ChatNames Names { get; }

    /// <summary>How the messages of the chat begin. Null if there is no message.</summary>
    internal ChatStyle? Style { get; private set; }

    /// <summary>
    /// The order of the dates. A number above 12 shows it; otherwise the order in which time does not go back, and
    /// otherwise the notation: only US English writes the month first, with slashes, two digits of the year, no leading
    /// zeros or a capital AM or PM, and no other words for the halves of the day.
    /// </summary>
    internal ChatDateOrder Order =>
        _yearIsFirst ? ChatDateOrder.YearFirst
        : _dayIsFirst != _monthIsFirst ? (_dayIsFirst ? ChatDateOrder.DayFirst : ChatDateOrder.MonthFirst)
        : _dayFirstSteps != _monthFirstSteps
            ? (_dayFirstSteps < _monthFirstSteps ? ChatDateOrder.DayFirst : ChatDateOrder.MonthFirst)
        : _isSlash && !_hasLongYear && !_hasForeignHalf && (!_isPadded || _hasCapitalHalf) ? ChatDateOrder.MonthFirst
        : ChatDateOrder.DayFirst;

    /// <summary>
    /// Whether only the notation shows the order. Dots and hyphens are only written behind the day; slashes are written
    /// behind the month as well.
    /// </summary>
    internal bool IsOrderAssumed =>
        !_yearIsFirst && _dayIsFirst == _monthIsFirst && _dayFirstSteps == _monthFirstSteps && _isSlash;

    ChatSurvey(ChatNames names) => Names = names;

    /// <summary>Reads the messages in the beginning of a chat.</summary>
    /// <param name="beginning">The beginning of the chat.</param>
    /// <param name="fileName">The name of the file.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    internal static async Task<ChatSurvey> ReadAsync(
        MemoryStream beginning,
        string fileName,
        CancellationToken cancellationToken
    )
    {
        ChatNames names = new(fileName);
        await ForEachAsync(beginning, head => names.Learn(head.Rest), cancellationToken).ConfigureAwait(false);
        ChatSurvey survey = new(names);
        beginning.Position = 0;
        await ForEachAsync(beginning, survey.Take, cancellationToken).ConfigureAwait(false);
        return survey;
    }

    /// <summary>
    /// The person who exported a chat of two people: the one that the name of the file does not name. Null if it does
    /// not show.
    /// </summary>
    internal string? Owner =>
        _senders.Count == 2 && Names.IsOfFile(_senders[0]) != Names.IsOfFile(_senders[1])
            ? _senders.Find(sender => !Names.IsOfFile(sender))
            : null;

    /// <summary>Whether the name of the file names the only person who wrote messages.</summary>
    internal bool IsOnlyOther => _senders.Count == 1 && Names.IsOfFile(_senders[0]);

    static async Task ForEachAsync(Stream chat, Action<ChatHead> take, CancellationToken cancellationToken)
    {
        RecordReader lines = new(chat, quotedBetween: null);
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false))
            if (!lines.IsTooLong && ChatHead.Find(Encoding.UTF8.GetString(lines.Record.Span)) is { } head)
                take(head);
    }

    void Take(ChatHead head)
    {
        Style ??= head.Style;
        if (head.Style != Style)
            return; // a quoted message
        if (head.First > 999)
            _yearIsFirst = true;
        _dayIsFirst |= head.First is > 12 and <= 31;
        _monthIsFirst |= head.Second is > 12;
        _isPadded &= head.IsPadded;
        _isSlash |= head.Separator == '/';
        _hasLongYear |= head.YearDigits == 4;
        _hasCapitalHalf |= head.Half is ['A' or 'P', ..];
        _hasForeignHalf |= head.Half is not (null or ['A' or 'P' or 'a' or 'p', ..]);
        (int Year, int First, int Second) date = (head.Third, head.First, head.Second);
        if (_last != default)
        {
            _dayFirstSteps +=
                (date.Year, date.Second, date.First).CompareTo((_last.Year, _last.Second, _last.First)) < 0 ? 1 : 0;
            _monthFirstSteps += date.CompareTo(_last) < 0 ? 1 : 0;
        }
        _last = date;
        if (
            Names.Split(head.Rest) is ({ } sender, var text)
            && _senders.Count < MostPeople
            && !ChatText.IsNotice(text)
            && !_senders.Contains(sender)
        )
            _senders.Add(sender);
    }
}

using System.Text;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>What the messages of a chat have in common: the order of their dates, and the people.</summary>
sealed partial class ChatSurvey
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
        _hasCapitalHalf;

    /// <summary>The people who wrote messages, in the order of their first message.</summary>
    internal IReadOnlyList<string> Senders => _senders;

    /// <summary>
    /// The order of the dates. A number above 12 shows it; otherwise the order in which time does not go back, and
    /// otherwise the notation: only US English writes the month first, with slashes, without leading zeros and with two
    /// digits of the year.
    /// </summary>
    internal ChatDateOrder Order =>
        _yearIsFirst ? ChatDateOrder.YearFirst
        : _dayIsFirst != _monthIsFirst ? (_dayIsFirst ? ChatDateOrder.DayFirst : ChatDateOrder.MonthFirst)
        : _dayFirstSteps != _monthFirstSteps
            ? (_dayFirstSteps < _monthFirstSteps ? ChatDateOrder.DayFirst : ChatDateOrder.MonthFirst)
        : _isSlash && !_hasLongYear && (!_isPadded || _hasCapitalHalf) ? ChatDateOrder.MonthFirst
        : ChatDateOrder.DayFirst;

    /// <summary>Reads the messages in the beginning of a chat.</summary>
    internal static async Task<ChatSurvey> ReadAsync(Stream beginning, CancellationToken cancellationToken)
    {
        ChatSurvey survey = new();
        RecordReader lines = new(beginning, quotedBetween: null);
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false))
            if (!lines.IsTooLong && ChatHead.Find(Encoding.UTF8.GetString(lines.Record.Span)) is { } head)
                survey.Take(head);
        return survey;
    }

    /// <summary>
    /// The person who exported a chat of two people: the one that the name of the file does not name. Null if it does
    /// not show.
    /// </summary>
    internal string? OwnerBy(string fileName)
    {
        if (_senders.Count is 0 or > 2 || FileName().Match(fileName) is not { Success: true } match)
            return null;
        string other = match.Groups["other"].Value.Trim();
        return _senders.Count == 2 && _senders.Contains(other, StringComparer.OrdinalIgnoreCase)
            ? _senders.Find(sender => !sender.Equals(other, StringComparison.OrdinalIgnoreCase))
            : null;
    }

    /// <summary>Whether the name of the file names the only person who wrote messages.</summary>
    internal bool IsOnlyOther(string fileName) =>
        _senders.Count == 1
        && FileName().Match(fileName) is { Success: true } match
        && match.Groups["other"].Value.Trim().Equals(_senders[0], StringComparison.OrdinalIgnoreCase);

    void Take(ChatHead head)
    {
        if (head.First > 999)
            _yearIsFirst = true;
        _dayIsFirst |= head.First is > 12 and <= 31;
        _monthIsFirst |= head.Second is > 12;
        _isPadded &= head.IsPadded;
        _isSlash |= head.Separator == '/';
        _hasLongYear |= head.YearDigits == 4;
        _hasCapitalHalf |= head.Half is 'A' or 'P';
        (int Year, int First, int Second) date = (head.Third, head.First, head.Second);
        if (_last != default)
        {
            _dayFirstSteps +=
                (date.Year, date.Second, date.First).CompareTo((_last.Year, _last.Second, _last.First)) < 0 ? 1 : 0;
            _monthFirstSteps += date.CompareTo(_last) < 0 ? 1 : 0;
        }
        _last = date;
        if (
            ChatText.Split(head.Rest) is ({ } sender, var text)
            && _senders.Count < MostPeople
            && !ChatText.IsNotice(text)
            && !_senders.Contains(sender)
        )
            _senders.Add(sender);
    }

    [GeneratedRegex(
        @"^WhatsApp[ -]+Chat([ ]+(with|mit|con|avec|met|com|med|-))?[ ]+(?<other>.+?)(\.txt|\.zip)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex FileName();
}

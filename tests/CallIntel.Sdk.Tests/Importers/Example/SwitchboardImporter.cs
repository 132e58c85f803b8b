using System.Globalization;
using System.Runtime.CompilerServices;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace Example;

/// <summary>Reads the call log of a switchboard: a header, and then one call per line.</summary>
public sealed class SwitchboardImporter : IRecordImporter
{
    const string Header = "# switchboard log 1";

    public string Format => "switchboard";

    public string Description => "call log of the switchboard";

    public ImportSetting TimeZone => ImportSetting.Required; // the file contains local times

    public bool Recognizes(RecordFile file) => file.BeginningText.StartsWith(Header, StringComparison.Ordinal);

    public IAsyncEnumerable<EventRecord> ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken = default
    ) => ParseAsync(file.Content, options, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone!), cancellationToken);

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        Stream content,
        ImportOptions options,
        TimeZoneInfo zone,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using StreamReader reader = new(content, leaveOpen: true);
        for (int number = 1; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
            if (!line.StartsWith('#'))
                yield return Parse(line, options, zone) with
                {
                    Raw = line, // stored if the record is rejected
                    Place = string.Create(CultureInfo.InvariantCulture, $"line {number}"),
                };
    }

    static EventRecord Parse(string line, ImportOptions options, TimeZoneInfo zone)
    {
        if (
            line.Split('|') is not [var time, var direction, var number, var extension, var result, var seconds]
            || !DateTime.TryParse(time, CultureInfo.InvariantCulture, out DateTime start)
            || !int.TryParse(seconds, CultureInfo.InvariantCulture, out int duration)
        )
            return EventRecord.Unreadable(RejectReason.Malformed, line);
        if (direction is not ("in" or "out"))
            return EventRecord.Unreadable(RejectReason.UnknownCode, line);
        bool answered = result == "answered";
        return new EventRecord
        {
            OccurredAt = new DateTimeOffset(start, zone.GetUtcOffset(start)),
            Channel = EventChannel.Call,
            Direction = direction == "in" ? EventDirection.Inbound : EventDirection.Outbound,
            Outcome = answered ? EventOutcome.Completed : EventOutcome.Missed,
            Party = number.Length == 0 ? null : number, // null: the number was withheld
            Member = options.MemberOf(extension),
            Duration = answered ? TimeSpan.FromSeconds(duration) : null,
        };
    }
}

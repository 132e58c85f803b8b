using System.Globalization;
using System.Xml;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.GoogleVoice;

/// <summary>Converts a page to events.</summary>
static class VoiceRecords
{
    internal static IEnumerable<EventRecord> FromPage(VoicePage page, string fileName, ImportOptions options)
    {
        VoicePerson other = Other(page, fileName);
        string? own = page.Messages.Select(m => m.Sender).FirstOrDefault(s => s is { IsMe: true })?.Number;
        if (page.Call is { } call)
            yield return Finish(call, fileName, Call(call, page, fileName, options));
        foreach (VoiceMessage message in page.Messages)
            yield return Finish(message, fileName, Message(message, page, other, own, options));
        if (page.IsTooLong)
            yield return EventRecord.Unreadable(RejectReason.TextTooLong, page.Title) with
            {
                Place = $"{fileName}: the rest of the page",
            };
        if (page.Call is null && page.Messages.Count == 0 && !page.IsTooLong)
            yield return EventRecord.Unreadable(RejectReason.NotAnEvent, page.Title) with
            {
                Place = fileName,
            };
    }

    static EventRecord Message(
        VoiceMessage message,
        VoicePage page,
        VoicePerson other,
        string? own,
        ImportOptions options
    )
    {
        bool outbound = message.Sender is { IsMe: true };
        ProviderParty party = ProviderParty.Read(Address(outbound ? other : message.Sender ?? other));
        return Common(message, party) with
        {
            Channel = message.Files.Count > 0 || page.Group.Count > 1 ? EventChannel.Mms : EventChannel.Sms,
            Direction = outbound ? EventDirection.Outbound : EventDirection.Inbound,
            Outcome = outbound ? EventOutcome.Sent : EventOutcome.Completed,
            Body = string.IsNullOrEmpty(message.Text) ? null : message.Text,
            Member = options.MemberOf(ProviderParty.Read(own).Address),
            OtherParties =
            [
                .. page
                    .Group.Select(Address)
                    .Where(a => a is not null && ProviderParty.Read(a).Address != party.Address)
                    .Distinct()
                    .Select(a => new EventParty(ProviderParty.Read(a).Address, PartyRole.To, PartyKind.NumberOrId)),
            ],
            Details = ProviderParty.Read(own).Address is { } line ? new EventDetails { OwnNumber = line } : null,
        };
    }

    static EventRecord Call(VoiceMessage call, VoicePage page, string fileName, ImportOptions options)
    {
        bool Is(string label, string title) =>
            page.Labels.Contains(label)
            || page.Title.StartsWith(title, StringComparison.OrdinalIgnoreCase)
            || fileName.Contains($" - {label} - ", StringComparison.OrdinalIgnoreCase);
        bool outbound = Is("placed", "Placed call"),
            missed = Is("missed", "Missed call"),
            voicemail = Is("voicemail", "Voicemail");
        if (!outbound && !missed && !voicemail && !Is("received", "Received call") && !Is("recorded", "Recorded call"))
            return EventRecord.Unreadable(RejectReason.UnknownCode, page.Title);
        TimeSpan? duration = TryDuration(call.Duration);
        return Common(call, ProviderParty.Read(call.Sender?.Number)) with
        {
            Channel = voicemail ? EventChannel.Voicemail : EventChannel.Call,
            Direction = outbound ? EventDirection.Outbound : EventDirection.Inbound,
            Outcome = missed || (outbound && duration == TimeSpan.Zero) ? EventOutcome.Missed : EventOutcome.Completed,
            Duration = missed ? null : duration,
            Transcript = string.IsNullOrEmpty(call.Text) ? null : call.Text,
            Member = options.MemberOf(null),
        };
    }

    static EventRecord Common(VoiceMessage message, ProviderParty party)
    {
        if (
            !DateTimeOffset.TryParse(
                message.Time,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out DateTimeOffset time
            ) && message.Time is not null
        )
            message.Reason ??= RejectReason.Malformed;
        return new EventRecord
        {
            OccurredAt = time,
            LocalOffset = message.Time is null ? null : time.Offset,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Party = party.Address,
            PartyKind = party.Kind,
            Parts = [.. message.Files.Select(file => new EventPart(file.MediaType, file.Name))],
        };
    }

    static EventRecord Finish(VoiceMessage message, string fileName, EventRecord record) =>
        (message.Reason is { } reason ? EventRecord.Unreadable(reason, message.Text) : record) with
        {
            Raw = message.Text,
            Place = string.Create(CultureInfo.InvariantCulture, $"{Kind(fileName)}byte {message.Offset}"),
        };

    /// <summary>
    /// The time in the file name, which identifies the page. The rest of the file name is personal data.
    /// </summary>
    static string Kind(string fileName) =>
        fileName.LastIndexOf(" - ", StringComparison.Ordinal) is >= 0 and int at ? fileName[(at + 3)..] + ", " : "";

    /// <summary>
    /// The other party of the conversation. If only the owner of the account wrote, the file name or the title names
    /// it.
    /// </summary>
    static VoicePerson Other(VoicePage page, string fileName)
    {
        if (page.Group.Count > 0)
            return page.Group[0];
        if (page.Messages.Select(m => m.Sender).FirstOrDefault(s => s is { IsMe: false }) is { } sender)
            return sender;
        string name = fileName.Split(" - ")[0].Trim();
        if (name.Length == 0 || name.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
            name = page.Title.StartsWith("Me to", StringComparison.Ordinal) ? page.Title[5..].Trim() : page.Title;
        return new VoicePerson(null, name, false);
    }

    static string? Address(VoicePerson person) =>
        ProviderParty.Read(person.Number).Address ?? (person.Name.Length == 0 ? null : person.Name);

    static TimeSpan? TryDuration(string? text)
    {
        try
        {
            return text is null ? null : XmlConvert.ToTimeSpan(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }
}

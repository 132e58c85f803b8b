using System.Globalization;
using System.Xml;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.GoogleVoice;

/// <summary>Converts a page to events.</summary>
static class VoiceRecords
{
    const string WithOwner = "Me to ";

    /// <summary>Returns the events of a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="fileName">The name of the page's file. It often contains the name of a person.</param>
    /// <param name="number">The number of the page in its folder or archive, from 1; null for a single page.</param>
    /// <param name="options">The options of the import.</param>
    internal static IEnumerable<EventRecord> FromPage(
        VoicePage page,
        string fileName,
        int? number,
        ImportOptions options
    )
    {
        // the place must not contain personal data, and a file name does
        string place = number is null ? "" : string.Create(CultureInfo.InvariantCulture, $"page {number}");
        string within = place.Length == 0 ? "" : place + ", ";
        PageName name = PageName.Parse(fileName);
        VoicePerson other = Other(page, name);
        string? own = page.Messages.Select(m => m.Sender).FirstOrDefault(s => s is { IsMe: true })?.Number;
        if (page.Call is { } call)
            yield return Finish(call, within, Call(call, page, name, options));
        foreach (VoiceMessage message in page.Messages)
            yield return Finish(message, within, Message(message, page, other, own, options));
        if (page.IsTooLong)
            yield return EventRecord.Unreadable(RejectReason.TextTooLong, page.Title) with
            {
                Place = within + "the rest of the page",
            };
        if (page.Call is null && page.Messages.Count == 0 && !page.IsTooLong)
            yield return EventRecord.Unreadable(RejectReason.NotAnEvent, page.Raw) with
            {
                Place = place.Length == 0 ? "byte 0" : place,
                RejectDetail = "page: contains neither a message nor a call",
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

    static EventRecord Call(VoiceMessage call, VoicePage page, PageName name, ImportOptions options)
    {
        bool Is(string label, string title) =>
            page.Labels.Contains(label)
            || page.Title.StartsWith(title, StringComparison.OrdinalIgnoreCase)
            || string.Equals(name.Kind, label, StringComparison.OrdinalIgnoreCase);
        bool outbound = Is("placed", "Placed call"),
            missed = Is("missed", "Missed call"),
            voicemail = Is("voicemail", "Voicemail");
        if (!outbound && !missed && !voicemail && !Is("received", "Received call") && !Is("recorded", "Recorded call"))
            return EventRecord.Unreadable(RejectReason.UnknownCode, page.Title) with
            {
                RejectDetail = "kind of the call: not a known value",
            };
        TimeSpan? duration = TryDuration(call.Duration);
        return Common(
            call,
            ProviderParty.Read(call.Sender is { IsMe: false } caller ? Address(caller) : call.Sender?.Number)
        ) with
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
            !TimeText.TryRead(message.Time, null, out DateTimeOffset time, out TimeBasis basis)
            && message.Time is not null
        )
            message.Reason ??= RejectReason.Malformed;
        return new EventRecord
        {
            OccurredAt = time,
            TimeBasis = basis,
            LocalOffset = message.Time is null ? null : time.Offset,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Party = party.Address,
            PartyKind = party.Kind,
            Parts = [.. message.Files.Select(file => new EventPart(file.MediaType, file.Name))],
        };
    }

    static EventRecord Finish(VoiceMessage message, string within, EventRecord record) =>
        (message.Reason is { } reason ? EventRecord.Unreadable(reason, null) : record) with
        {
            Raw = message.Raw,
            Place = string.Create(CultureInfo.InvariantCulture, $"{within}byte {message.Offset}"),
        };

    /// <summary>
    /// The other party of the conversation. If only the owner of the account wrote, the title names it, or the file
    /// name.
    /// </summary>
    static VoicePerson Other(VoicePage page, PageName name)
    {
        if (page.Group.Count > 0)
            return page.Group[0];
        if (page.Messages.Select(m => m.Sender).FirstOrDefault(s => s is { IsMe: false }) is { } sender)
            return sender;
        // Takeout cuts long file names, and users rename files
        string titled = page.Title.StartsWith(WithOwner, StringComparison.Ordinal)
            ? page.Title[WithOwner.Length..]
            : "";
        return new VoicePerson(
            null,
            titled.Length > 0 ? titled
                : name.Person.Length > 0 ? name.Person
                : page.Title,
            false
        );
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

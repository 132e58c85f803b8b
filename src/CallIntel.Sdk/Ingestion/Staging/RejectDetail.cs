using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>Describes why a record was rejected, without values of the record.</summary>
static class RejectDetail
{
    /// <summary>Returns the field and what was expected; null if it is not known.</summary>
    internal static string? Describe(EventRecord record, RejectReason reason) =>
        record.RejectDetail ?? (record.RejectReason is not null ? null : FieldOf(record, reason));

    static string? FieldOf(EventRecord record, RejectReason reason) =>
        reason switch
        {
            RejectReason.MissingTime => "time: missing",
            RejectReason.TimeOutOfRange => record.LocalOffset is { } offset && offset.Duration().TotalHours > 18
                ? "local offset: more than 18 hours"
            : record.OccurredAt.Year < 1980 ? "time: before 1980; check whether the unit or the epoch is right"
            : "time: more than two days in the future; check whether the unit or the epoch is right",
            RejectReason.DurationOutOfRange => record.Duration is { } duration
                ? duration < TimeSpan.Zero
                    ? "duration: negative"
                    : "duration: longer than 31 days"
                : "duration of a further party: negative or longer than 31 days",
            RejectReason.UnknownCode => CodeOf(record),
            RejectReason.TextTooLong or RejectReason.NulCharacter or RejectReason.WrongEncoding => TextOf(record),
            RejectReason.Malformed when record.Change is RecordChange.Deleted => "external id: a deletion requires one",
            RejectReason.Malformed when record.Parts.Any(part => part.Size < 0) => "size of a part: negative",
            RejectReason.Malformed => RoundedOf(record),
            _ => null,
        };

    static string? RoundedOf(EventRecord record)
    {
        string? field =
            SpreadsheetNumber.IsRounded(record.Party) ? "party"
            : record.OtherParties.Any(party => SpreadsheetNumber.IsRounded(party.Address)) ? "further party"
            : SpreadsheetNumber.IsRounded(record.Details?.OwnNumber) ? "own number"
            : null;
        return field is null
            ? null
            : $"{field}: a spreadsheet rounded the number (4.47701E+11); export it again with this column as text";
    }

    static string? CodeOf(EventRecord record) =>
        !Enum.IsDefined(record.Channel) ? "channel: not a known value"
        : !Enum.IsDefined(record.Direction) ? "direction: not a known value"
        : !Enum.IsDefined(record.Outcome) ? "outcome: not a known value"
        : !Enum.IsDefined(record.PartyKind) || !Enum.IsDefined(record.Change)
            ? "party kind or change: not a known value"
        : record.Details is { Currency: not (null or { Length: 3 }) } ? "currency: expected three letters"
        : null;

    static string? TextOf(EventRecord record)
    {
        (string Name, string? Text, int MaxLength)[] texts =
        [
            ("external id", record.ExternalId, RecordValidator.MaxShortText),
            ("party", record.Party, RecordValidator.MaxShortText),
            ("body", record.Body, 0),
            ("transcript", record.Transcript, 0),
            ("summary", record.Summary, 0),
            ("status", record.Details?.Status, RecordValidator.MaxShortText),
            ("conversation id", record.Details?.ConversationId, RecordValidator.MaxShortText),
        ];
        foreach ((string name, string? text, int max) in texts)
            if (
                text is not null
                && (max > 0 ? RecordValidator.TextFault(text) : RecordValidator.FaultOf(text)) is not null
            )
                return name;
        return record.Parts.Count + record.OtherParties.Count > 0 ? "parts or further parties" : null;
    }
}

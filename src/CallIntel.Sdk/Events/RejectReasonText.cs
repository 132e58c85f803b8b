namespace CallIntel.Sdk.Events;

static class RejectReasonText
{
    /// <summary>Returns the stable text of a reason, as SQL and reports use it.</summary>
    internal static string ToCode(this RejectReason reason) =>
        reason switch
        {
            RejectReason.Malformed => "malformed",
            RejectReason.WrongEncoding => "wrong_encoding",
            RejectReason.MissingTime => "missing_time",
            RejectReason.TimeOutOfRange => "time_out_of_range",
            RejectReason.UnknownNumberFormat => "unknown_number_format",
            RejectReason.UnknownCode => "unknown_code",
            RejectReason.DurationOutOfRange => "duration_out_of_range",
            RejectReason.TextTooLong => "text_too_long",
            RejectReason.NulCharacter => "nul_character",
            RejectReason.SubjectErased => "subject_erased",
            RejectReason.NotAnEvent => "not_an_event",
            _ => throw new ArgumentOutOfRangeException(nameof(reason)),
        };
}

namespace CallIntel.Sdk.Contacts;

/// <summary>How a source identifies a party.</summary>
public enum PartyKind
{
    /// <summary>
    /// By a telephone number, short code or alphanumeric sender in any common notation, or by a URI such as
    /// <c>tel:+4532123456</c>. A text that is none of these is stored as an id and counted in
    /// <c>IngestReport.UnrecognizedNumbers</c>. A word such as <c>anonymous</c> means a withheld number.
    /// </summary>
    Number = 0,

    /// <summary>By an id of the source, which is used unchanged.</summary>
    OpaqueId = 1,

    /// <summary>
    /// By a number if the text is one, otherwise by an id of the source. For telephone systems, whose calls can also go
    /// to <c>*97</c> or <c>sip:anna</c>.
    /// </summary>
    /// <remarks>
    /// A text that looks like a telephone number but is not a valid one is counted in
    /// <c>IngestReport.UnrecognizedNumbers</c>.
    /// </remarks>
    NumberOrId = 2,
}

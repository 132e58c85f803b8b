namespace CallIntel.Sdk.Contacts;

/// <summary>How a source identifies a party.</summary>
public enum PartyKind
{
    /// <summary>By a telephone number, short code or alphanumeric sender in any common notation.</summary>
    Number = 0,

    /// <summary>By an id of the source, which is used unchanged.</summary>
    OpaqueId = 1,

    /// <summary>
    /// By a number if the text is one, otherwise by an id of the source. For telephone systems, whose calls can also go
    /// to <c>*97</c> or <c>sip:anna</c>.
    /// </summary>
    /// <remarks>A text that looks like a telephone number but is not a valid one is rejected.</remarks>
    NumberOrId = 2,
}

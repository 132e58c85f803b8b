namespace CallIntel.Sdk.Contacts;

/// <summary>What a source calls the other party by.</summary>
public enum PartyKind
{
    /// <summary>A telephone number, a short code or an alphanumeric sender, in any usual notation.</summary>
    Number = 0,

    /// <summary>An id of the source's own, taken as it is.</summary>
    OpaqueId = 1,

    /// <summary>
    /// A number if it reads as one, an id of the source's own otherwise: for telephone systems, whose calls go to
    /// <c>*97</c> or <c>sip:anna</c> too.
    /// </summary>
    /// <remarks>What looks like a telephone number and is none is refused all the same.</remarks>
    NumberOrId = 2,
}

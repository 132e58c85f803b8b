namespace CallIntel.Sdk.Contacts;

/// <summary>What a source calls the other party by.</summary>
public enum PartyKind
{
    /// <summary>A telephone number, a short code or an alphanumeric sender, in any usual notation.</summary>
    Number = 0,

    /// <summary>An id of the source's own, taken as it is.</summary>
    OpaqueId = 1,
}

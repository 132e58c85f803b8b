namespace CallIntel.Sdk.Contacts;

/// <summary>What happens with a number of a contact that another one replaces.</summary>
public enum FormerNumber
{
    /// <summary>
    /// The number still leads to the contact, so that records with it, old files included, belong to the contact. It is
    /// listed with <see cref="ContactNumber.ReplacedAt"/>, and labels show the new number. Use it for a person who has
    /// a new number, and for a number that your sources keep writing wrong.
    /// </summary>
    Keep = 1,

    /// <summary>
    /// The number is removed, and the next record with it gets a contact of its own. Use it if the number belongs to
    /// somebody else. Stored events stay with the contact; importing an old file again moves the events of that file to
    /// the contact that has the number by then, because a file does not show who had a number when.
    /// </summary>
    Release = 2,
}

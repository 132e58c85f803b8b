using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Contacts;

/// <summary>The label of a contact in a user interface.</summary>
/// <param name="Text">
/// The name if there is one, otherwise the oldest number, otherwise the masked form. Personal data unless masked.
/// </param>
/// <param name="Kind">Whether the text is a name, a number or masked.</param>
public sealed record ContactLabel([property: ProtectedData] string Text, ContactLabelKind Kind)
{
    /// <summary>Returns the kind only; the text is not included.</summary>
    public override string ToString() => $"{nameof(ContactLabel)} {{ {Kind} *** }}";

    /// <summary>
    /// Returns the masked form: <c>Contact 3F2A-91C7</c>, the last digits of the contact's random id. It deliberately
    /// contains no part of the number: a country and some digits together with the time of a call can be enough to
    /// recognize a person.
    /// </summary>
    internal static ContactLabel Masked(Guid contact)
    {
        string id = contact.ToString("N").ToUpperInvariant();
        return new ContactLabel($"Contact {id[24..28]}-{id[28..]}", ContactLabelKind.Masked);
    }
}

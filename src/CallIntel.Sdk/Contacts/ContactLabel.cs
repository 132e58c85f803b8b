using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Contacts;

/// <summary>What a screen calls a contact.</summary>
/// <param name="Text">
/// The name if there is one, else the oldest number, else the masked form. Personal data unless masked.
/// </param>
/// <param name="Kind">Which of these it is.</param>
public sealed record ContactLabel([property: ProtectedData] string Text, ContactLabelKind Kind)
{
    /// <summary>Tells the kind and not the text.</summary>
    public override string ToString() => $"{nameof(ContactLabel)} {{ {Kind} *** }}";

    /// <summary>
    /// The masked form: <c>Contact 3F2A-91C7</c>, the last digits of the contact's random id. It holds nothing of the
    /// number on purpose: country and last digits, beside the time of a call, are enough to find a person among those
    /// one knows.
    /// </summary>
    internal static ContactLabel Masked(Guid contact)
    {
        string id = contact.ToString("N").ToUpperInvariant();
        return new ContactLabel($"Contact {id[24..28]}-{id[28..]}", ContactLabelKind.Masked);
    }
}

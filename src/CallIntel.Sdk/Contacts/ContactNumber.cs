namespace CallIntel.Sdk.Contacts;

/// <summary>One way to reach a contact. Personal data.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The number in its normal form.</param>
public sealed record ContactNumber(NumberKind Kind, string Value)
{
    /// <summary>Tells the kind and not the number.</summary>
    public override string ToString() => $"{nameof(ContactNumber)} {{ {Kind} *** }}";
}

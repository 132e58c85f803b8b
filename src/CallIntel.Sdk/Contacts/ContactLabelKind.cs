namespace CallIntel.Sdk.Contacts;

/// <summary>What the label of a contact is made of.</summary>
public enum ContactLabelKind
{
    /// <summary>Of its id alone: the role sees contacts masked, or there is neither name nor number to show.</summary>
    Masked = 0,

    /// <summary>The name.</summary>
    Name = 1,

    /// <summary>A number, short code or sender.</summary>
    Number = 2,
}

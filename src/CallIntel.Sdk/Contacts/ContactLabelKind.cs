namespace CallIntel.Sdk.Contacts;

/// <summary>What the label of a contact shows.</summary>
public enum ContactLabelKind
{
    /// <summary>Part of the random id, because the role sees masked contacts or there is no name or number.</summary>
    Masked = 0,

    /// <summary>The name.</summary>
    Name = 1,

    /// <summary>A number, short code or sender name.</summary>
    Number = 2,
}

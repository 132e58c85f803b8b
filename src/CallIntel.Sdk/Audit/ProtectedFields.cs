namespace CallIntel.Sdk.Audit;

/// <summary>The protected fields that an access contained. Values can be combined.</summary>
[Flags]
public enum ProtectedFields
{
    /// <summary>No field.</summary>
    None = 0,

    /// <summary>The body of an event.</summary>
    Body = 1,

    /// <summary>The transcript of an event.</summary>
    Transcript = 2,

    /// <summary>The summary of an event.</summary>
    Summary = 4,

    /// <summary>The own number of an event.</summary>
    OwnNumber = 8,

    /// <summary>The reference to an attachment of an event.</summary>
    AttachmentReference = 16,

    /// <summary>The number of a contact.</summary>
    ContactNumber = 32,

    /// <summary>The display name of a contact.</summary>
    ContactName = 64,

    /// <summary>The number of a line of the org.</summary>
    LineNumber = 128,

    /// <summary>The label of a line of the org.</summary>
    LineLabel = 256,

    /// <summary>The display name of a member.</summary>
    MemberName = 512,

    /// <summary>The text of a record that an import rejected.</summary>
    RejectedRecord = 1024,

    /// <summary>An identity that a data subject request was made under.</summary>
    SubjectIdentity = 2048,

    /// <summary>A note in the history of a data subject request.</summary>
    SubjectNote = 4096,

    /// <summary>The note of a legal hold.</summary>
    LegalHoldNote = 8192,
}

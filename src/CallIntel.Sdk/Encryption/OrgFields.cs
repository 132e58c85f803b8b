using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// The protected fields of one org. The names are logical: they must not change when a table or column is renamed,
/// because envelopes are bound to them.
/// </summary>
sealed class OrgFields(OrgId org)
{
    internal FieldHandle Body { get; } = new(org.Value, "event_contents", "body");

    internal FieldHandle Transcript { get; } = new(org.Value, "event_contents", "transcript");

    internal FieldHandle Summary { get; } = new(org.Value, "event_contents", "summary");

    /// <summary>The numbers of contacts. Padded, because the length of a number reveals its country.</summary>
    internal FieldHandle Number { get; } = new(org.Value, "contact_numbers", "number", FieldPadding.Bucket32);

    /// <summary>The names of contacts. Padded, because the length of a name can reveal the person.</summary>
    internal FieldHandle DisplayName { get; } =
        new(org.Value, "contact_profiles", "display_name", FieldPadding.Bucket32);

    /// <summary>The org's own numbers. Padded, because the length of a number reveals its country.</summary>
    internal FieldHandle OwnNumber { get; } = new(org.Value, "event_details", "own_number", FieldPadding.Bucket32);

    /// <summary>The numbers of the org's lines. Padded, because the length of a number reveals its country.</summary>
    internal FieldHandle LineNumber { get; } = new(org.Value, "line_profiles", "number", FieldPadding.Bucket32);

    /// <summary>The labels of the org's lines. Padded, because a label can contain the name of a person.</summary>
    internal FieldHandle LineLabel { get; } = new(org.Value, "line_profiles", "label", FieldPadding.Bucket32);

    /// <summary>The names of members. Padded, because the length of a name can reveal the person.</summary>
    internal FieldHandle MemberName { get; } = new(org.Value, "member_profiles", "display_name", FieldPadding.Bucket32);

    internal FieldHandle PartReference { get; } = new(org.Value, "event_parts", "reference");

    /// <summary>The identities of data subject requests. Padded, because they are numbers and names.</summary>
    internal FieldHandle SubjectIdentity { get; } =
        new(org.Value, "subject_request_identities", "value", FieldPadding.Bucket32);

    /// <summary>Notes in the history of requests. The row id is the id of the request.</summary>
    internal FieldHandle SubjectNote { get; } = new(org.Value, "subject_request_history", "note");

    internal FieldHandle RejectRaw { get; } = new(org.Value, "ingest_rejects", "raw");

    /// <summary>Notes of legal holds. The row id is the contact.</summary>
    internal FieldHandle LegalHoldNote { get; } = new(org.Value, "legal_holds", "note");
}

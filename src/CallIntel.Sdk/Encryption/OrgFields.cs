using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// The protected fields of one org. The names are logical: they stay when a table or column is renamed, or nothing
/// would decrypt any more.
/// </summary>
sealed class OrgFields(OrgId org)
{
    internal FieldHandle Body { get; } = new(org.Value, "event_contents", "body");

    internal FieldHandle Transcript { get; } = new(org.Value, "event_contents", "transcript");

    internal FieldHandle Summary { get; } = new(org.Value, "event_contents", "summary");

    /// <summary>Padded: the length of a number tells the country.</summary>
    internal FieldHandle Number { get; } = new(org.Value, "contact_numbers", "number", FieldPadding.Bucket32);

    /// <summary>Padded: a short name tells who it is.</summary>
    internal FieldHandle DisplayName { get; } =
        new(org.Value, "contact_profiles", "display_name", FieldPadding.Bucket32);

    /// <summary>Padded: the length of a number tells the country.</summary>
    internal FieldHandle OwnNumber { get; } = new(org.Value, "event_details", "own_number", FieldPadding.Bucket32);

    internal FieldHandle PartReference { get; } = new(org.Value, "event_parts", "reference");

    internal FieldHandle RejectRaw { get; } = new(org.Value, "ingest_rejects", "raw");
}

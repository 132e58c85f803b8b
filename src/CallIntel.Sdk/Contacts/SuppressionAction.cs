namespace CallIntel.Sdk.Contacts;

/// <summary>What ingestion does with records of suppressed numbers: of persons who were erased or opted out.</summary>
public enum SuppressionAction
{
    /// <summary>Does not store the record. It counts as suppressed.</summary>
    Drop = 1,

    /// <summary>
    /// Stores that a call or message took place, without the party, the content and the details. It counts as inserted,
    /// and figures stay complete.
    /// </summary>
    Redact = 2,

    /// <summary>
    /// Stores the record with its party and without content and attachments. Choose it only if a law requires that you
    /// keep these facts.
    /// </summary>
    KeepMetadata = 3,
}

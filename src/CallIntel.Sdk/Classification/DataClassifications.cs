using Microsoft.Extensions.Compliance.Classification;

namespace CallIntel.Sdk.Classification;

/// <summary>
/// How the properties of public records are classified, so that the redactors of the host's logs and telemetry know
/// them.
/// </summary>
/// <remarks>
/// Nothing here is needed to be safe: <c>ToString()</c> of these records tells nothing either way. Register a redactor
/// for each, for example <c>services.AddRedaction(r =&gt;
/// r.SetRedactor&lt;ErasingRedactor&gt;(DataClassifications.Protected))</c>.
/// </remarks>
public static class DataClassifications
{
    /// <summary>The name of the taxonomy: <c>CallIntel</c>.</summary>
    public const string TaxonomyName = "CallIntel";

    /// <summary>
    /// What is stored encrypted: numbers, names, what was said or written. Not to be logged in any form.
    /// </summary>
    public static DataClassification Protected { get; } = new(TaxonomyName, nameof(Protected));

    /// <summary>
    /// Ids that stand for a person without naming them. Whoever has the database, or the source, can tell whose they
    /// are.
    /// </summary>
    public static DataClassification Pseudonymous { get; } = new(TaxonomyName, nameof(Pseudonymous));
}

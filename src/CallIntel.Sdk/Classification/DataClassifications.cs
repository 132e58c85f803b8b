using Microsoft.Extensions.Compliance.Classification;

namespace CallIntel.Sdk.Classification;

/// <summary>
/// The data classifications of the properties of public records, for the redactors of the application's logs and
/// telemetry.
/// </summary>
/// <remarks>
/// Redactors are optional, because <c>ToString()</c> of these records never returns personal data. Register a redactor
/// per classification, for example <c>services.AddRedaction(r =&gt;
/// r.SetRedactor&lt;ErasingRedactor&gt;(DataClassifications.Protected))</c>.
/// </remarks>
public static class DataClassifications
{
    /// <summary>The name of the taxonomy: <c>CallIntel</c>.</summary>
    public const string TaxonomyName = "CallIntel";

    /// <summary>
    /// Data that is stored encrypted: numbers, names and content. It must not be logged in any form.
    /// </summary>
    public static DataClassification Protected { get; } = new(TaxonomyName, nameof(Protected));

    /// <summary>
    /// Ids that stand for a person without naming the person. Anyone with access to the database or the source can
    /// determine whose they are.
    /// </summary>
    public static DataClassification Pseudonymous { get; } = new(TaxonomyName, nameof(Pseudonymous));
}

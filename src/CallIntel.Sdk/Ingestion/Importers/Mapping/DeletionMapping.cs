namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Which records delete a record that was received before under the same external id.</summary>
public sealed class DeletionMapping
{
    /// <summary>The field that marks a deletion. Required.</summary>
    public string? Field { get; set; }

    /// <summary>
    /// The texts of the field that mark a deletion, for example <c>true</c> and <c>deleted</c>; case is ignored.
    /// Required.
    /// </summary>
    public IReadOnlyList<string>? Values { get; set; }
}

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Which records say that the source deleted what it delivered before under the same id.</summary>
public sealed class DeletionMapping
{
    /// <summary>The field that says so. Required.</summary>
    public string? Field { get; set; }

    /// <summary>The texts of the field that mean it, upper and lower case alike, for example <c>true</c> and <c>deleted</c>. Required.</summary>
    public IReadOnlyList<string>? Values { get; set; }
}

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>A code: the same for all records, or what a field says.</summary>
/// <typeparam name="T">The code's type.</typeparam>
public sealed class ValueMapping<T>
    where T : struct, Enum
{
    /// <summary>The code of every record. Either this or <see cref="Field"/> is required.</summary>
    public T? Constant { get; set; }

    /// <summary>The field that says which.</summary>
    public string? Field { get; set; }

    /// <summary>What the texts of the field mean. A record with another text is rejected.</summary>
    public IReadOnlyDictionary<string, T>? Map { get; set; }
}

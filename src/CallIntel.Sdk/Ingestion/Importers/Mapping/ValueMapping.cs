namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>A value that is the same for all records, or that a field of the record determines.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class ValueMapping<T>
    where T : struct, Enum
{
    /// <summary>The value of every record. Set either this or <see cref="Field"/> and <see cref="Map"/>.</summary>
    public T? Constant { get; set; }

    /// <summary>The field that determines the value.</summary>
    public string? Field { get; set; }

    /// <summary>
    /// The value for each text of the field; case is ignored. An empty text stands for an empty field. A record with
    /// any other text is rejected, unless <see cref="Otherwise"/> is set.
    /// </summary>
    public IReadOnlyDictionary<string, T>? Map { get; set; }

    /// <summary>The value for every text that <see cref="Map"/> does not contain.</summary>
    /// <value>The default value is <see langword="null"/>: a record with such a text is rejected.</value>
    public T? Otherwise { get; set; }
}

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>
/// A mapping of a JSON file. A field is a property of an object, or a path of properties, for example
/// <c>call.from.number</c>.
/// </summary>
public sealed class JsonMapping : RecordMapping
{
    /// <summary>
    /// The path of the list that contains the records, for a file that is a page of an API's answer: for example
    /// <c>messages</c> or <c>data.calls</c>.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: the list is found by the mapping's fields. A file without a list
    /// contains one object per line, an array of objects, or objects in sequence.
    /// </value>
    public string? Records { get; set; }

    /// <summary>An array of what the people said in turn, which is joined into a transcript.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: <see cref="RecordMapping.Transcript"/> names the field with the
    /// transcript, if there is one.
    /// </value>
    public TurnsMapping? Turns { get; set; }

    /// <summary>Loads a mapping from a JSON file, which can contain comments.</summary>
    /// <param name="path">The path of the mapping file.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: the file is not a valid mapping.
    /// </exception>
    public static JsonMapping Load(string path) => MappingFile.Load(path, MappingJson.Default.JsonMapping);
}

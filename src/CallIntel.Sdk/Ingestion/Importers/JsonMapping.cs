namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>How the lines of a JSON Lines file, one object each, become events. A field is a property, or a path of them: <c>call.from.number</c>.</summary>
public sealed class JsonMapping : RecordMapping
{
    /// <summary>An array of what people said in turn, joined to a transcript.</summary>
    /// <value>The default value is <see langword="null"/>: <see cref="RecordMapping.Transcript"/> tells, if anything does.</value>
    public TurnsMapping? Turns { get; set; }

    /// <summary>Reads a mapping from a JSON file; comments are allowed in it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the file cannot be read, <c>CI0024</c> it is no mapping.</exception>
    public static JsonMapping Load(string path) => MappingFile.Load(path, MappingJson.Default.JsonMapping);
}

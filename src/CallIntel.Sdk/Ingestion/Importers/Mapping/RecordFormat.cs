using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Finds the fields that a mapping names in the text of a record.</summary>
abstract class RecordFormat
{
    /// <summary>Opens the records of a file.</summary>
    internal abstract RecordSource Open(RecordFile file);

    /// <summary>Reads the first record if it is a header, and returns whether it was one.</summary>
    internal virtual bool TakeHeader(string text) => false;

    /// <summary>
    /// Whether a comma in a number can separate thousands: a file whose fields are separated by commas is probably from
    /// a country with a decimal point.
    /// </summary>
    internal virtual bool CommaCanGroup => false;

    /// <summary>Reads the fields of a record.</summary>
    /// <param name="text">The record.</param>
    /// <param name="values">Receives the values, in the order of <see cref="RecordMapper.Fields"/>.</param>
    /// <returns>Why the record cannot be read, or null if it was read.</returns>
    internal abstract ReadFault? Read(string text, Span<string?> values);
}

using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>What tells CSV and JSON Lines apart: how the fields that a mapping wants are found in the text of a record.</summary>
abstract class RecordFormat
{
    /// <summary>The delimiter of fields that may be quoted; null if line ends always end a record.</summary>
    internal virtual char? QuotedBetween => null;

    /// <summary>Takes the first record if it is a header.</summary>
    internal virtual bool TakeHeader(string text) => false;

    /// <param name="text">The record.</param>
    /// <param name="values">Takes the values of the wanted fields, in the order of <see cref="RecordMapper.Fields"/>.</param>
    /// <returns>Null if the record could be read.</returns>
    internal abstract RejectReason? Read(string text, Span<string?> values);
}

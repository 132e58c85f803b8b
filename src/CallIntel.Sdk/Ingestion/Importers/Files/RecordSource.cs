using System.Globalization;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>Reads the records of a stream one after the other, as bytes.</summary>
abstract class RecordSource
{
    /// <summary>
    /// The record without its line end. Only the beginning of a record that is too long. Valid until the next read.
    /// </summary>
    internal ReadOnlyMemory<byte> Record { get; private protected set; }

    /// <summary>Whether the record is longer than the limit.</summary>
    internal bool IsTooLong { get; private protected set; }

    /// <summary>Whether the bytes are not a record of the format.</summary>
    internal bool IsBroken { get; private protected set; }

    /// <summary>Whether the file ends inside quotes.</summary>
    internal bool IsOpen { get; private protected set; }

    /// <summary>The number of the line on which the record begins, from 1.</summary>
    internal long Line { get; private protected set; }

    /// <summary>The number of lines that the record spans.</summary>
    internal long Lines { get; private protected set; }

    /// <summary>The place of the record, for example <c>line 12</c>.</summary>
    internal virtual string Place => string.Create(CultureInfo.InvariantCulture, $"line {Line}");

    internal abstract ValueTask<bool> ReadAsync(CancellationToken cancellationToken);
}

using System.Globalization;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>Reads the objects of a JSON document as records.</summary>
sealed class JsonRecordReader(Stream stream, IReadOnlyCollection<string> lists) : RecordSource
{
    readonly JsonScanner _scanner = new(stream, lists, RecordReader.MaxRecordBytes);

    internal override string Place =>
        _scanner.IsFirstOnLine ? base.Place : string.Create(CultureInfo.InvariantCulture, $"byte {_scanner.Offset}");

    internal override async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        JsonScanner.Found found;
        do found = await _scanner.ReadAsync(cancellationToken).ConfigureAwait(false);
        while (found is JsonScanner.Found.Page);
        IsTooLong = found is JsonScanner.Found.TooLong;
        IsBroken = found is JsonScanner.Found.Broken;
        (Record, Line, Lines) = (_scanner.Bytes, _scanner.Line, 1);
        return found is not JsonScanner.Found.EndOfFile;
    }
}

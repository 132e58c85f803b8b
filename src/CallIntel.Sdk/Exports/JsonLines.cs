using System.Text.Json;

namespace CallIntel.Sdk.Exports;

/// <summary>Writes JSON objects to a stream, one per line. Each line is complete when its call returns.</summary>
sealed class JsonLines : IDisposable
{
    readonly Stream _destination;
    readonly MemoryStream _line = new();
    readonly Utf8JsonWriter _json;

    internal JsonLines(Stream destination)
    {
        _destination = destination;
        _json = new Utf8JsonWriter(_line, VConWriter.Options);
    }

    internal long Count { get; private set; }

    internal async Task WriteAsync(string type, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        _json.WriteStartObject();
        _json.WriteString("type", type);
        write(_json);
        _json.WriteEndObject();
        await _json.FlushAsync(cancellationToken).ConfigureAwait(false);
        _json.Reset();
        _line.WriteByte((byte)'\n');
        await _destination
            .WriteAsync(_line.GetBuffer().AsMemory(0, (int)_line.Length), cancellationToken)
            .ConfigureAwait(false);
        _line.SetLength(0);
        Count++;
    }

    public void Dispose()
    {
        _json.Dispose();
        _line.Dispose();
    }
}

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>A stream whose beginning is available without reading it. Reading starts with the beginning.</summary>
sealed class PeekedStream(ReadOnlyMemory<byte> beginning, Stream rest) : ReadOnlyStream
{
    int _given;

    /// <summary>
    /// Reads the beginning of a stream: the given number of bytes, or all of them if there are fewer.
    /// </summary>
    internal static async Task<PeekedStream> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        byte[] beginning = new byte[most];
        int length = await stream
            .ReadAtLeastAsync(beginning, most, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return new PeekedStream(beginning.AsMemory(0, length), stream);
    }

    internal ReadOnlyMemory<byte> Beginning => beginning;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_given == beginning.Length)
            return await rest.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        int count = Math.Min(buffer.Length, beginning.Length - _given);
        beginning.Slice(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }
}

using System.IO.Compression;
using System.Text.Json;

namespace CallIntel.Sdk.Exports;

/// <summary>The zip file of an export and its manifest. Files are added one after the other.</summary>
sealed class SubjectArchive(ZipArchive zip, DateTimeOffset created)
{
    internal const string ManifestName = "manifest.json";
    internal const string Schema = "callintel.subject-export/1";

    readonly List<(string Name, string MediaType, long Records, long Bytes, string Digest)> _files = [];

    /// <param name="name">The name of the file in the zip file.</param>
    /// <param name="mediaType">The media type.</param>
    /// <param name="write">Writes the file and returns the number of its records.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal async Task AddAsync(
        string name,
        string mediaType,
        Func<Stream, Task<long>> write,
        CancellationToken cancellationToken
    )
    {
        Stream entry = await OpenAsync(name, cancellationToken).ConfigureAwait(false);
        await using (entry.ConfigureAwait(false))
        {
            using HashingStream file = new(entry);
            long records = await write(file).ConfigureAwait(false);
            _files.Add((name, mediaType, records, file.Length, file.Digest()));
        }
    }

    /// <summary>Adds a JSON document.</summary>
    internal Task AddAsync(string name, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        AddAsync(
            name,
            "application/json",
            async file =>
            {
                await WriteAsync(file, write, cancellationToken).ConfigureAwait(false);
                return 1;
            },
            cancellationToken
        );

    /// <summary>Adds the manifest, which lists all files added before.</summary>
    internal async Task AddManifestAsync(Action<Utf8JsonWriter> describe, CancellationToken cancellationToken)
    {
        Stream entry = await OpenAsync(ManifestName, cancellationToken).ConfigureAwait(false);
        await using (entry.ConfigureAwait(false))
            await WriteAsync(
                    entry,
                    json =>
                    {
                        json.WriteString("schema", Schema);
                        describe(json);
                        json.WriteStartArray("files");
                        foreach ((string name, string mediaType, long records, long bytes, string digest) in _files)
                        {
                            json.WriteStartObject();
                            json.WriteString("name", name);
                            json.WriteString("media_type", mediaType);
                            json.WriteNumber("records", records);
                            json.WriteNumber("bytes", bytes);
                            json.WriteString("sha256", digest);
                            json.WriteEndObject();
                        }
                        json.WriteEndArray();
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
    }

    async Task<Stream> OpenAsync(string name, CancellationToken cancellationToken)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = created;
        return await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    static async Task WriteAsync(Stream file, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        using MemoryStream document = new();
        await using (Utf8JsonWriter json = new(document, VConWriter.Options with { Indented = true }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        await file.WriteAsync(document.GetBuffer().AsMemory(0, (int)document.Length), cancellationToken)
            .ConfigureAwait(false);
    }
}

using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Cli.Import;

/// <summary>The file to import, and how to import it.</summary>
sealed record ImportRequest
{
    internal required RecordFile File { get; init; }

    internal required FileImportOptions Options { get; init; }

    internal required IngestSource Source { get; init; }

    internal string? Rejects { get; init; }

    /// <summary>Whether a dry run says how the direction of each sample was decided.</summary>
    internal bool Explains { get; init; }

    internal int BatchSize { get; init; }

    internal bool Resumes { get; init; }

    /// <summary>The format of the file, chosen or detected.</summary>
    internal string Format => Options.Format!;

    /// <summary>Reads the records of the file.</summary>
    /// <param name="after">The cursor to resume after. Null to start with the first record.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    internal IAsyncEnumerable<EventRecord> ReadAsync(string? after, CancellationToken cancellationToken)
    {
        Options.After = after;
        return FileImport.ReadAsync(File, Options, cancellationToken);
    }
}

using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Cli.Import;

/// <summary>What is to be imported, and how.</summary>
sealed record ImportRequest
{
    internal required string Path { get; init; }

    internal required ImportFormat Format { get; init; }

    internal required IngestSource Source { get; init; }

    internal string? Mapping { get; init; }

    internal string? TimeZone { get; init; }

    internal string? LineScope { get; init; }

    internal string? OwnLines { get; init; }

    internal string? Rejects { get; init; }

    internal int BatchSize { get; init; }

    internal bool Resumes { get; init; }
}

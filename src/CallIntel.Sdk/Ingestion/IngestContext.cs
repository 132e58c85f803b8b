using System.Diagnostics.Metrics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Ingestion.Webhooks;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.Ingestion;

/// <summary>The services that ingestion uses: the session, its keys and the shared state of the data source.</summary>
sealed record IngestContext(SessionTransport Session, OrgEncryption Encryption, SharedIngestion Shared)
{
    internal TimeProvider Time => Session.Time;

    internal IngestMetrics Metrics => Shared.Metrics;

    internal ILogger Log => Shared.Log;

    internal void ReportCommit() => Shared.Committed?.Invoke(Session.Identity.Org);
}

/// <summary>The ingestion state that all sessions of a data source share. Thread-safe.</summary>
sealed class SharedIngestion(TimeProvider time, IMeterFactory? meters, ILoggerFactory logs) : IDisposable
{
    internal KnownContacts KnownContacts { get; } = new(time);

    internal SuppressingOrgs SuppressingOrgs { get; } = new();

    internal RollingRuns Runs { get; } = new(time);

    internal IngestMetrics Metrics { get; } = new(meters);

    /// <summary>Called with the org after each committed batch or write.</summary>
    internal Action<OrgId>? Committed { get; init; }

    internal ILogger Log { get; } = logs.CreateLogger(IngestLog.Category);

    public void Dispose() => Metrics.Dispose();
}

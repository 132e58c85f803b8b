namespace CallIntel.Sdk.Audit;

/// <summary>
/// Writes each access as one line of text, for example to a file that an agent forwards to a SIEM system.
/// </summary>
/// <remarks>
/// Thread-safe: lines are written one after the other, and the writer is flushed after each line. To forward changes
/// too, export them with <see cref="AccessLedger.SearchAsync"/>.
/// </remarks>
public sealed class AuditLineSink : IAuditSink, IDisposable
{
    readonly TextWriter _writer;
    readonly AuditFormat _format;
    readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Creates a sink.</summary>
    /// <param name="writer">Receives the lines. The caller disposes it after the sink.</param>
    /// <param name="format">The format of the lines.</param>
    public AuditLineSink(TextWriter writer, AuditFormat format)
    {
        ArgumentNullException.ThrowIfNull(writer);
        (_writer, _format) = (writer, format);
    }

    /// <inheritdoc/>
    public async ValueTask AccessFiledAsync(AccessEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string line = AuditLine.Format(AuditEntry.Create(entry), _format);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _writer.WriteAsync(line.AsMemory(), cancellationToken).ConfigureAwait(false);
            await _writer.WriteAsync("\n".AsMemory(), cancellationToken).ConfigureAwait(false);
            await _writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Does nothing: the line of the access has a high severity already.</remarks>
    public ValueTask HoneyTokenOpenedAsync(AccessEntry entry, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}

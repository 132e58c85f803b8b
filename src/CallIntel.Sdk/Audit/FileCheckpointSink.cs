using System.Globalization;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// Keeps checkpoints and leaves in files of a directory: one pair of files for each org and month.
/// </summary>
/// <remarks>
/// Thread-safe within one process. Put the directory on storage that administrators of the database cannot write to,
/// for example a share of another machine or a bucket with object lock.
/// </remarks>
public sealed class FileCheckpointSink : ICheckpointSink, IDisposable
{
    readonly string _directory;
    readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Creates a sink.</summary>
    /// <param name="directory">The directory. It is created if it does not exist.</param>
    public FileCheckpointSink(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _directory = directory;
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    /// <inheritdoc/>
    public async Task PublishAsync(
        Checkpoint checkpoint,
        IReadOnlyList<SealedEntry> entries,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(entries);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string file = PathOf(checkpoint.Origin);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (File.Exists(file + ".checkpoint"))
            {
                string[] known = await File.ReadAllLinesAsync(file + ".checkpoint", cancellationToken)
                    .ConfigureAwait(false);
                long size = long.Parse(known[1], CultureInfo.InvariantCulture);
                if (size > checkpoint.Size)
                    throw Failed(
                        $"The checkpoint sink knows {size} entries of {checkpoint.Origin}, and the database has "
                            + $"{checkpoint.Size}."
                    );
            }
            long stored = File.Exists(file + ".entries")
                ? (await ReadAsync(file + ".entries", cancellationToken).ConfigureAwait(false)).Count
                : 0;
            StringBuilder lines = new();
            foreach (SealedEntry entry in entries.Where(e => e.Position >= stored))
                lines.Append(
                    CultureInfo.InvariantCulture,
                    $"{entry.Position} {(int)entry.Ledger} {entry.EntryId} {Hex(entry)}\n"
                );
            await File.AppendAllTextAsync(file + ".entries", lines.ToString(), cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(file + ".new", checkpoint.Note, cancellationToken).ConfigureAwait(false);
            File.Move(file + ".new", file + ".checkpoint", overwrite: true);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            throw Failed("The checkpoint sink could not write a file, or found a malformed one.", e);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<string?> FindLastAsync(string origin, CancellationToken cancellationToken)
    {
        string file = PathOf(origin) + ".checkpoint";
        return File.Exists(file) ? await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListOriginsAsync(OrgId org, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(_directory, org.Value.ToString("D"));
        IReadOnlyList<string> origins = Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateFiles(folder, "*.checkpoint")
                    .Select(f => $"callintel/{org.Value:D}/{Path.GetFileNameWithoutExtension(f)}")
                    .Order(StringComparer.Ordinal),
            ]
            : [];
        return Task.FromResult(origins);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SealedEntry>> ReadEntriesAsync(string origin, CancellationToken cancellationToken)
    {
        string file = PathOf(origin) + ".entries";
        try
        {
            return File.Exists(file) ? await ReadAsync(file, cancellationToken).ConfigureAwait(false) : [];
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException)
        {
            throw Failed("The checkpoint sink found a malformed file.", e);
        }
    }

    static async Task<List<SealedEntry>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        List<SealedEntry> entries = [];
        // A process that ended while it wrote leaves an incomplete last line or lines that were written before.
        await foreach (string line in File.ReadLinesAsync(file, cancellationToken).ConfigureAwait(false))
        {
            string[] parts = line.Split(' ');
            SealedEntry entry = new(
                long.Parse(parts[0], CultureInfo.InvariantCulture),
                (AuditLedgers)int.Parse(parts[1], CultureInfo.InvariantCulture),
                Guid.Parse(parts[2]),
                Convert.FromHexString(parts[3])
            );
            if (entry.Position == entries.Count)
                entries.Add(entry);
        }
        return entries;
    }

    static string Hex(in SealedEntry entry) => Convert.ToHexStringLower(entry.Hash.Span);

    /// <summary>The origin is <c>callintel/ORG/YYYY-MM</c>.</summary>
    string PathOf(string origin) =>
        origin.Split('/') is ["callintel", var org, var month]
        && Guid.TryParseExact(org, "D", out _)
        && DateOnly.TryParseExact(month, "yyyy-MM", out _)
            ? Path.Combine(_directory, org, month)
            : throw Failed("The origin is not the name of a tree.");

    internal static CallIntelException Failed(string problem, Exception? inner = null) =>
        new(
            ErrorCodes.CheckpointSinkFailed,
            problem,
            "Restore the sink, and run callintel audit verify. The checkpoint is delivered again later.",
            inner
        );
}

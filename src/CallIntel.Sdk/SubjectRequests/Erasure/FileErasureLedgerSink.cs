using System.Runtime.CompilerServices;
using System.Text.Json;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>
/// Keeps the ledger of erasures in files: one for each org, with one line of JSON for each entry.
/// </summary>
/// <remarks>
/// Thread-safe, also across processes that share the folder. A file is written beside the former one, flushed to the
/// disk and then renamed, so a crash leaves either the former or the new file. Keep the folder on another disk than the
/// database and out of its backups, and restrict it to the account of the application.
/// </remarks>
public sealed class FileErasureLedgerSink : IErasureLedgerSink
{
    static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(20);
    const int LockAttempts = 500;

    readonly string _folder;

    /// <summary>Creates a sink. The folder is created if it does not exist.</summary>
    /// <param name="folder">The folder for the files.</param>
    public FileErasureLedgerSink(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(_folder);
    }

    /// <inheritdoc/>
    public async Task<ErasureLedgerHead?> ReadHeadAsync(OrgId org, CancellationToken cancellationToken) =>
        (await LoadAsync(org, cancellationToken).ConfigureAwait(false)) is [.., { } last]
            ? new ErasureLedgerHead(last.Height, last.Digest)
            : null;

    /// <inheritdoc/>
    /// <exception cref="CallIntelException">
    /// <c>CI0375</c>: the entry does not continue the file, or the file was changed.
    /// </exception>
    public async Task AppendAsync(ErasureLedgerEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        await using FileStream held = await LockAsync(entry.Org, cancellationToken).ConfigureAwait(false);
        List<ErasureLedgerEntry> entries = await LoadAsync(entry.Org, cancellationToken).ConfigureAwait(false);
        if (
            entry.Height < 1
            || entry.Height > entries.Count + 1
            || entry.Digest != entry.ComputeDigest(entries.ElementAtOrDefault((int)entry.Height - 2)?.Digest)
        )
            throw Broken();
        if (entry.Height <= entries.Count)
        {
            if (entries[(int)entry.Height - 1].Digest != entry.Digest)
                throw Broken();
            return;
        }
        string file = FileOf(entry.Org),
            next = file + ".next";
        await using (FileStream stream = new(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            foreach (ErasureLedgerEntry line in entries.Append(entry))
            {
                await stream
                    .WriteAsync(
                        JsonSerializer.SerializeToUtf8Bytes(line, ErasureJson.Default.ErasureLedgerEntry),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                stream.WriteByte((byte)'\n');
            }
            stream.Flush(flushToDisk: true);
        }
        File.Move(next, file, overwrite: true);
    }

    /// <inheritdoc/>
    /// <exception cref="CallIntelException"><c>CI0375</c>: the file was changed.</exception>
    public async IAsyncEnumerable<ErasureLedgerEntry> ReadAsync(
        OrgId org,
        long afterHeight,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (ErasureLedgerEntry entry in await LoadAsync(org, cancellationToken).ConfigureAwait(false))
            if (entry.Height > afterHeight)
                yield return entry;
    }

    /// <summary>Reads a file and checks that each entry continues the one before.</summary>
    async Task<List<ErasureLedgerEntry>> LoadAsync(OrgId org, CancellationToken cancellationToken)
    {
        List<ErasureLedgerEntry> entries = [];
        string file = FileOf(org);
        if (!File.Exists(file))
            return entries;
        foreach (string line in await File.ReadAllLinesAsync(file, cancellationToken).ConfigureAwait(false))
        {
            ErasureLedgerEntry? entry;
            try
            {
                entry = JsonSerializer.Deserialize(line, ErasureJson.Default.ErasureLedgerEntry);
            }
            catch (JsonException)
            {
                throw Broken();
            }
            if (
                entry is null
                || entry.Org != org
                || entry.Height != entries.Count + 1
                || entry.Digest != entry.ComputeDigest(entries.LastOrDefault()?.Digest)
            )
                throw Broken();
            entries.Add(entry);
        }
        return entries;
    }

    string FileOf(OrgId org) => Path.Combine(_folder, $"{org.Value}.jsonl");

    /// <summary>Other processes wait until the returned file is closed.</summary>
    async Task<FileStream> LockAsync(OrgId org, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(
                    FileOf(org) + ".lock",
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException) when (attempt < LockAttempts)
            {
                await Task.Delay(LockPause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    static CallIntelException Broken() =>
        new(
            ErrorCodes.ErasureLedgerBroken,
            "The copy of the ledger of erasures was changed, or the entry does not continue it.",
            "Restore the copy from a backup of the copy. Do not delete it: a restore of the database needs it."
        );
}

using System.Security.Cryptography;

namespace CallIntel.Sdk.Exports;

/// <summary>
/// Keeps a file of an export until the zip file takes it: a zip file is written one entry after the other, and the
/// entries are read from the database together. The temporary file is encrypted with a key that only this object has,
/// and is deleted when it is closed.
/// </summary>
sealed class EncryptedSpool : IAsyncDisposable
{
    readonly byte[] _key = RandomNumberGenerator.GetBytes(ArchiveKey.Length);
    readonly FileStream _file;
    readonly ArchiveWriteStream _writer;

    internal EncryptedSpool()
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
        _writer = new ArchiveWriteStream(_file, [.. _key]);
    }

    /// <summary>The stream to write to.</summary>
    internal Stream Stream => _writer;

    /// <summary>Copies what was written. Can be called once.</summary>
    internal async Task CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        await _writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        _file.Position = 0;
        await ArchiveChunks.DecryptAsync(_file, _key, destination, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
        CryptographicOperations.ZeroMemory(_key);
    }
}

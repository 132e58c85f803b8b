using System.Security.Cryptography;
using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Exports;

/// <summary>Opens an archive that <see cref="SubjectExporter"/> wrote. It needs no database and no other key.</summary>
/// <remarks>Not thread-safe. The source stream stays open.</remarks>
public sealed class ExportArchiveReader
{
    readonly Stream _source;
    readonly ArchiveHeader _header;
    byte[]? _key;

    ExportArchiveReader(Stream source, ArchiveHeader header, byte[] key) =>
        (_source, _header, _key) = (source, header, key);

    /// <summary>The org that wrote the archive.</summary>
    public OrgId Org => new(_header.Org);

    /// <summary>The request that the archive answers.</summary>
    public SubjectRequestId Request => new(_header.Request);

    /// <summary>When the archive was written, in UTC, without fractions of a second.</summary>
    public DateTimeOffset CreatedAt => _header.CreatedAt;

    /// <summary>When the archive expires, in UTC.</summary>
    public DateTimeOffset ExpiresAt => _header.ExpiresAt;

    /// <summary>Reads the header of an archive, and checks its key and its expiry.</summary>
    /// <param name="source">The archive, at its beginning.</param>
    /// <param name="key">The key that was returned when the archive was written.</param>
    /// <param name="timeProvider">The clock. Default: the system clock.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0403</c> the stream is not an archive, its header was changed, or the key belongs to another archive;
    /// <c>CI0404</c> the archive has expired.
    /// </exception>
    public static async Task<ExportArchiveReader> OpenAsync(
        Stream source,
        ArchiveKey key,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        byte[] bytes = new byte[ArchiveHeader.Length];
        int read = await source
            .ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        if (read < bytes.Length || ArchiveHeader.TryRead(bytes, key) is not { } header)
            throw ArchiveChunks.Damaged();
        if ((timeProvider ?? TimeProvider.System).GetUtcNow() >= header.ExpiresAt)
            throw new CallIntelException(
                ErrorCodes.ArchiveExpired,
                $"The export archive expired at {header.ExpiresAt:u}.",
                "Ask the org for a new one."
            );
        return new ExportArchiveReader(source, header, header.PayloadKey(key));
    }

    /// <summary>Decrypts the archive to a zip file.</summary>
    /// <param name="destination">The stream to write the zip file to. It stays open.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// Every chunk is authenticated before it is written. If the call fails, what was written is a part of the file:
    /// discard it.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0403</c>: a part of the archive was changed, moved or is missing, or something was appended.
    /// </exception>
    /// <exception cref="InvalidOperationException">The archive was decrypted before.</exception>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        byte[] key = _key ?? throw new InvalidOperationException("The archive was decrypted before. Open it again.");
        _key = null;
        try
        {
            await ArchiveChunks.DecryptAsync(_source, key, destination, cancellationToken).ConfigureAwait(false);
            await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}

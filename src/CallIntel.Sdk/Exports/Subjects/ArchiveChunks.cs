using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Exports;

/// <summary>Decrypts what <see cref="ArchiveWriteStream"/> wrote.</summary>
static class ArchiveChunks
{
    /// <summary>Decrypts a stream from its current position to its end.</summary>
    /// <exception cref="CallIntelException"><c>CI0403</c>: a chunk is missing, moved or changed.</exception>
    internal static async Task DecryptAsync(
        Stream source,
        byte[] key,
        Stream destination,
        CancellationToken cancellationToken
    )
    {
        using ArchiveCipher cipher = new(key);
        byte[] chunk = new byte[ArchiveCipher.ChunkLength + ArchiveCipher.TagLength],
            next = new byte[chunk.Length],
            plaintext = new byte[ArchiveCipher.ChunkLength];
        int length = await FillAsync(source, chunk, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            // Whether a chunk is the last one is known when nothing follows it.
            int following =
                length < chunk.Length ? 0 : await FillAsync(source, next, cancellationToken).ConfigureAwait(false);
            if (!cipher.TryDecrypt(chunk.AsSpan(0, length), following == 0, plaintext))
                throw Damaged();
            await destination
                .WriteAsync(plaintext.AsMemory(0, length - ArchiveCipher.TagLength), cancellationToken)
                .ConfigureAwait(false);
            if (following == 0)
                return;
            (chunk, next, length) = (next, chunk, following);
        }
    }

    internal static CallIntelException Damaged() =>
        new(
            ErrorCodes.ArchiveUnreadable,
            "The export archive cannot be opened: it was changed or is incomplete, or the key belongs to another one.",
            "Discard what was read. Copy the archive again, and check that the key was given with this archive."
        );

    static ValueTask<int> FillAsync(Stream source, byte[] buffer, CancellationToken cancellationToken) =>
        source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
}

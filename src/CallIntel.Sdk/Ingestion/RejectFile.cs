using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Ingestion;

/// <summary>
/// Writes rejected records to a file that only its owner can read. Each line is a JSON object with the ordinal, place,
/// reason, detail and original text of a record. The text is personal data.
/// </summary>
public static class RejectFile
{
    /// <summary>Writes quotes, plus signs and letters as they are: the file is text, not part of a web page.</summary>
    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the rejects of a run to a file.</summary>
    /// <param name="path">The path of the file. An existing file is replaced.</param>
    /// <param name="rejects">
    /// The rejects, from <see cref="EventWriter.ReadRejectsAsync(Guid, CancellationToken)"/>.
    /// </param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. Lines that were written remain in the file.
    /// </param>
    /// <returns>The number of rejects written.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c> the file cannot be written; or an error code of reading the rejects.
    /// </exception>
    public static async Task<long> WriteAsync(
        string path,
        IAsyncEnumerable<RejectedRecord> rejects,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(rejects);
        long written = 0;
        FileStream file = Create(path);
        await using (file.ConfigureAwait(false))
            await foreach (RejectedRecord reject in rejects.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                await WriteAsync(
                        file,
                        reject.Ordinal,
                        reject.Place,
                        reject.Reason,
                        reject.Detail,
                        reject.Raw is null ? null : Encoding.UTF8.GetBytes(reject.Raw),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                written++;
            }
        return written;
    }

    internal static FileStream Create(string path)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            // Delete an existing file first: it would keep its mode, which may let others read it.
            File.Delete(path);
            return new FileStream(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CallIntelException(
                ErrorCodes.UnreadableFile,
                "The file for rejected records cannot be written.",
                "Check that its folder exists and that this user may write there.",
                e
            );
        }
    }

    internal static async Task WriteAsync(
        FileStream file,
        long ordinal,
        string? place,
        string reason,
        string? detail,
        byte[]? raw,
        CancellationToken cancellationToken
    )
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("ordinal", ordinal);
            if (place is not null)
                json.WriteString("place", place);
            json.WriteString("reason", reason);
            if (detail is not null)
                json.WriteString("detail", detail);
            if (raw is not null)
                json.WriteString("raw", raw);
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        await file.WriteAsync(line.GetBuffer().AsMemory(0, (int)line.Length), cancellationToken).ConfigureAwait(false);
    }
}

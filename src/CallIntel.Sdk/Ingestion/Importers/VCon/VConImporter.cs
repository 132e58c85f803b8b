using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>Reads vCons, the IETF's container for conversations: one, an array, or one a line.</summary>
/// <remarks>
/// Source: draft-ietf-vcon-vcon-core-04 of 2026-09-07, and the names of fields of earlier drafts. Each dialog is an event; its transcript and summary
/// come from the analyses. The payload of a signed vCon is read, its signature is not checked; an encrypted one is rejected. One vCon of at most
/// 64 MiB is held at a time.
/// </remarks>
public static class VConImporter
{
    const int MaxBytes = 64 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; opened when the first record is asked for.</param>
    /// <param name="options">Which lines are the org's own. Default: as the roles of the parties say.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the file cannot be read, <c>CI0024</c> the options are wrong, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        VConOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        FileImport.ReadAsync(
            path,
            options ??= new(),
            (stream, token) => ParseAsync(stream, options, token),
            cancellationToken
        );

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">The stream, at its beginning; need not seek, and stays open.</param>
    /// <param name="options">Which lines are the org's own. Default: as the roles of the parties say.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the stream cannot be read, <c>CI0024</c> the options are wrong, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        VConOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        FileImport.ReadAsync(
            stream,
            options ??= new(),
            (file, token) => ParseAsync(file, options, token),
            cancellationToken
        );

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        Stream stream,
        VConOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Regex? own = options.OwnLines is null ? null : MappingFile.Rule("OwnLines", options.OwnLines);
        JsonScanner scanner = new(stream, listName: null, MaxBytes);
        for (
            JsonScanner.Found found;
            (found = await scanner.ReadAsync(cancellationToken).ConfigureAwait(false))
                is not JsonScanner.Found.EndOfFile;

        )
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"byte {scanner.Offset}");
            bool isText = Utf8.IsValid(scanner.Bytes.Span);
            using JsonDocument? document =
                found is JsonScanner.Found.Object && isText ? JsonLine.TryParse(scanner.Bytes) : null;
            RejectReason? reason =
                document is not null ? null
                : found is JsonScanner.Found.TooLong ? RejectReason.TextTooLong
                : isText ? RejectReason.Malformed
                : RejectReason.WrongEncoding;
            JsonDocument? payload = null;
            VConDialogs? dialogs = document is null
                ? null
                : Open(document.RootElement, options, own, out payload, ref reason);
            using (payload)
            {
                if (reason is { } unreadable)
                    yield return EventRecord.Unreadable(unreadable, Cut(scanner.Bytes.Span, isText)) with
                    {
                        Place = place,
                    };
                else
                {
                    int index = 0;
                    foreach (JsonElement dialog in dialogs!.All)
                    {
                        int at = index++;
                        if (!VConDialogs.IsTransfer(dialog))
                            yield return dialog.ToRecord(
                                Cut(Encoding.UTF8.GetBytes(dialog.GetRawText()), true),
                                $"{place}, dialog {at}",
                                d => dialogs.Map(d, at)
                            );
                    }
                }
            }
        }
    }

    static VConDialogs? Open(
        JsonElement container,
        VConOptions options,
        Regex? own,
        out JsonDocument? payload,
        ref RejectReason? reason
    )
    {
        payload = null;
        try
        {
            payload = PayloadOf(container);
            VConDialogs dialogs = new(payload?.RootElement ?? container, options, own);
            reason = dialogs.Reason;
            return dialogs;
        }
        catch (InvalidOperationException)
        {
            reason = RejectReason.WrongEncoding; // half of a surrogate pair, escaped
            return null;
        }
    }

    /// <summary>What a signed vCon holds (RFC 7515, JSON serialisation).</summary>
    static JsonDocument? PayloadOf(JsonElement container)
    {
        if (
            container.Find("signatures").ValueKind is not JsonValueKind.Array
            || container.Text("payload") is not { } payload
        )
            return null;
        return JsonText.TryDecodeBase64Url(payload) is { } bytes && Utf8.IsValid(bytes)
            ? JsonLine.TryParse(bytes)
            : null;
    }

    static string Cut(ReadOnlySpan<byte> bytes, bool isText) =>
        (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes[..Math.Min(bytes.Length, 1 << 16)]);
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Ingestion.Importers.VCon;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Reads vCons, the IETF format for conversations: a single one, an array, or one per line.</summary>
/// <remarks>
/// <para>
/// Specification: draft-ietf-vcon-vcon-core-04 of 2026-09-07; property names of earlier drafts are read as well. Each
/// dialog becomes an event, and its transcript and summary come from the analyses. The payload of a signed vCon is read
/// without verifying the signature. An encrypted vCon is rejected.
/// </para>
/// <para>One vCon of at most 64 MiB is held in memory at a time.</para>
/// </remarks>
public sealed class VConImporter : IRecordImporter
{
    const int MaxBytes = 64 << 20;

    string IRecordImporter.Format => "vcon";

    string IRecordImporter.Description => "vCon (draft-ietf-vcon-vcon-core-04)";

    bool IRecordImporter.Recognizes(RecordFile file) =>
        file.IsJson
        && (
            (
                (file.HasProperty("vcon") || (file.HasProperty("uuid") && file.HasProperty("created_at")))
                && file.HasProperty("parties")
            )
            // signed, or encrypted
            || (file.HasProperty("payload") && file.HasProperty("signatures"))
            || (file.HasProperty("ciphertext") && file.HasProperty("recipients"))
        );

    IAsyncEnumerable<EventRecord> IRecordImporter.ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    ) =>
        ParseAsync(
            file.Content,
            new VConImportOptions { LineScope = options.LineScope, OwnLines = options.OwnLines },
            cancellationToken
        );

    /// <summary>Reads the records of a file.</summary>
    /// <param name="path">The path. The file is opened when the first record is requested.</param>
    /// <param name="options">
    /// The options. By default, the roles of the parties show which side is the org's own.
    /// </param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: an option is invalid. <c>CI0170</c>: the cursor belongs
    /// to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        VConImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return FileImport.ReadAsync(
            path,
            options.After,
            (file, token) => ParseAsync(file.Content, options, token),
            cancellationToken
        );
    }

    /// <summary>Reads the records of a stream.</summary>
    /// <param name="stream">The stream, at its beginning. It need not be seekable, and it stays open.</param>
    /// <param name="options">
    /// The options. By default, the roles of the parties show which side is the org's own.
    /// </param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0024</c>: an option is invalid. <c>CI0170</c>: the cursor belongs
    /// to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        VConImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return FileImport.ReadAsync(
            stream,
            "",
            options.After,
            (file, token) => ParseAsync(file.Content, options, token),
            cancellationToken
        );
    }

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        Stream stream,
        VConImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Regex? own = options.OwnLines is null ? null : MappingFile.Rule("OwnLines", options.OwnLines);
        JsonScanner scanner = new(stream, lists: [], MaxBytes);
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
                        RejectDetail = dialogs?.Fault ?? JsonRecord.FaultOf(unreadable),
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
                    // words that would otherwise disappear
                    foreach ((JsonElement analysis, int at) in dialogs.LostAnalyses)
                        yield return EventRecord.Unreadable(
                            RejectReason.Malformed,
                            Cut(Encoding.UTF8.GetBytes(analysis.GetRawText()), true)
                        ) with
                        {
                            Place = string.Create(CultureInfo.InvariantCulture, $"{place}, analysis {at}"),
                            RejectDetail = "dialog of the analysis: expected the index of a dialog that is an event",
                        };
                }
            }
        }
    }

    static VConDialogs? Open(
        JsonElement container,
        VConImportOptions options,
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
            reason = RejectReason.WrongEncoding; // an escaped half of a surrogate pair
            return null;
        }
    }

    /// <summary>The payload of a signed vCon (RFC 7515, JSON serialization). Null if the vCon is not signed.</summary>
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

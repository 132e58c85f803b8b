using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Android;

/// <summary>
/// Reads exports of the app "SMS Import / Export": one object with the fields of the Android database per message or
/// call, as lines or as an array, and the zip archive with them and with the attachments.
/// </summary>
/// <remarks>The app's README describes the format: https://github.com/tmo1/sms-ie.</remarks>
static partial class JsonExport
{
    static readonly string[] FileNames = ["messages.ndjson", "calls.ndjson", "messages.json", "calls.json"];

    internal static bool Recognizes(RecordFile file) =>
        file.IsFolder ? FilesIn(file).Length > 0 : file.IsJson && IsExport(file.BeginningText);

    internal static async IAsyncEnumerable<EventRecord> ReadAsync(
        RecordFile file,
        AndroidImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (!file.IsFolder)
        {
            await foreach (
                EventRecord record in ReadAsync(file, null, options, cancellationToken).ConfigureAwait(false)
            )
                yield return record;
            yield break;
        }
        string[] names = FilesIn(file);
        foreach (string name in names)
        {
            await using Stream stream = file.OpenEntry(name);
            await using RecordFile entry = await RecordFile
                .OpenAsync(stream, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            await foreach (
                EventRecord record in ReadAsync(entry, file, options, cancellationToken).ConfigureAwait(false)
            )
                yield return names.Length == 1
                    ? record
                    : record with
                    {
                        Place = $"{Path.GetFileName(name)}, {record.Place}",
                    };
        }
    }

    static async IAsyncEnumerable<EventRecord> ReadAsync(
        RecordFile file,
        RecordFile? archive,
        AndroidImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        AndroidOwnNumber ownNumber = new(options.OwnNumber);
        await foreach (JsonRecord read in JsonRecord.ReadAsync(file, [], cancellationToken).ConfigureAwait(false))
            yield return read.ToRecord(record => Map(record, read.Raw, read.Place, archive, options, ownNumber));
    }

    static EventRecord Map(
        JsonElement record,
        string raw,
        string place,
        RecordFile? archive,
        AndroidImportOptions options,
        AndroidOwnNumber ownNumber
    )
    {
        if (record.Find("msg_box").ValueKind is not JsonValueKind.Undefined || Parts(record).Any())
            return Mms(record, raw, place, archive, options, ownNumber);
        if (record.Find("duration").ValueKind is not JsonValueKind.Undefined)
            return AndroidRecord.Call(name => record.Text(name), options);
        return
            record.Find("address").ValueKind is not JsonValueKind.Undefined
            || record.Find("body").ValueKind is not JsonValueKind.Undefined
            ? AndroidRecord.Sms(name => record.Text(name), options)
            : AndroidRecord.Unreadable(RejectReason.Malformed, "expected the fields of a message or call of Android");
    }

    static EventRecord Mms(
        JsonElement record,
        string raw,
        string place,
        RecordFile? archive,
        AndroidImportOptions options,
        AndroidOwnNumber ownNumber
    )
    {
        AndroidMms mms = new(name => record.Text(name), options, ownNumber, place);
        foreach (JsonElement address in Addresses(record))
            if (!mms.IsFull)
                mms.TakeAddress(address.Text("address"), address.Text("type"));
        foreach (JsonElement part in Parts(record))
            if (!mms.IsFull)
            {
                (string? digest, long size) = Attachment(part, archive);
                mms.TakePart(name => part.Text(name), digest, size);
            }
        return mms.ToRecord(isWhole: true, raw);
    }

    /// <summary>The names of version 2 of the app begin with two underscores, those of version 1 do not.</summary>
    static IEnumerable<JsonElement> Parts(JsonElement record) => record.List("__parts").Concat(record.List("parts"));

    static IEnumerable<JsonElement> Addresses(JsonElement record) =>
        new[] { record.Find("__sender_address"), record.Find("sender_address") }
            .Where(sender => sender.ValueKind is JsonValueKind.Object)
            .Concat(record.List("__recipient_addresses"))
            .Concat(record.List("recipient_addresses"))
            .Concat(record.List("__addresses"));

    static (string? Digest, long Size) Attachment(JsonElement part, RecordFile? archive)
    {
        if (part.Text("binary_data") is { Length: > 0 } base64)
        {
            using PictureDigest picture = new();
            picture.Append(Encoding.UTF8.GetBytes(base64));
            return (picture.Finish(), picture.Length);
        }
        // the path on the phone; the archive contains the file by its name
        string? name = part.Text("_data")?.Split('/')[^1];
        string? entry =
            string.IsNullOrEmpty(name) || archive is null
                ? null
                : archive.EntryNames.FirstOrDefault(path =>
                    path.Replace('\\', '/').EndsWith($"data/{name}", StringComparison.Ordinal)
                );
        if (entry is null)
            return (null, 0);
        using Stream stream = archive!.OpenEntry(entry);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[1 << 16];
        long size = 0;
        for (int read; (read = stream.Read(block)) > 0; size += read)
            hash.AppendData(block, 0, read);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    static string[] FilesIn(RecordFile archive) =>
        [
            .. archive.EntryNames.Where(name =>
                FileNames.Contains(name) && IsExport(BeginningOf(archive, name).TrimStart())
            ),
        ];

    static string BeginningOf(RecordFile archive, string entry)
    {
        try
        {
            using Stream stream = archive.OpenEntry(entry);
            byte[] beginning = new byte[1 << 14];
            int length = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(beginning, 0, length);
        }
        catch (Exception e) when (RawFile.IsUnreadable(e))
        {
            return ""; // a damaged file does not show its format
        }
    }

    static bool IsExport(string beginning) =>
        beginning is ['{' or '[', ..]
        && Date().IsMatch(beginning)
        && (
            (
                Has(beginning, "type")
                && Has(beginning, "address")
                && Has(beginning, "body")
                && (Has(beginning, "_id") || Has(beginning, "read") || Has(beginning, "thread_id"))
            )
            || (Has(beginning, "msg_box") && (Has(beginning, "__parts") || Has(beginning, "parts")))
            || (
                Has(beginning, "type")
                && Has(beginning, "duration")
                && Has(beginning, "number")
                && (Has(beginning, "presentation") || Has(beginning, "_id") || Has(beginning, "new"))
            )
        );

    static bool Has(string beginning, string property) =>
        beginning.Contains($"\"{property}\"", StringComparison.Ordinal);

    [GeneratedRegex("\"date\"\\s*:\\s*\"?[0-9]{9,13}\"?", RegexOptions.CultureInvariant)]
    private static partial Regex Date();
}

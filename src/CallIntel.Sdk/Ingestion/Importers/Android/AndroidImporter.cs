using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Android;
using CallIntel.Sdk.Ingestion.Importers.Files.Markup;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>
/// Reads backups of the Android apps "SMS Backup &amp; Restore" (XML) and "SMS Import / Export" (JSON, or a zip archive
/// with it): SMS, MMS with their attachments, and calls.
/// </summary>
/// <remarks>
/// <para>
/// Specification: https://synctech.com.au/sms-backup-restore/fields-in-xml-backup-files/. Times are exact and in UTC;
/// the file does not contain the time zone of the phone. The records have no ids: their metadata and content identify
/// them.
/// </para>
/// <para>
/// Memory use does not depend on the size of the file or of an attachment: attachments are hashed while they are read,
/// and their bytes are not kept.
/// </para>
/// </remarks>
public sealed partial class AndroidImporter : IRecordImporter
{
    string IRecordImporter.Format => "android";

    string IRecordImporter.Description =>
        "backup of the Android apps \"SMS Backup & Restore\" and \"SMS Import / Export\"";

    bool IRecordImporter.Recognizes(RecordFile file) =>
        (file.IsMarkup && RootElement().IsMatch(file.BeginningText)) || JsonExport.Recognizes(file);

    IAsyncEnumerable<EventRecord> IRecordImporter.ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    ) => Parse(file, new AndroidImportOptions { LineScope = options.LineScope }, cancellationToken);

    /// <summary>Reads the records of a file, zip archive or folder.</summary>
    /// <param name="path">The path. The file is opened when the first record is requested.</param>
    /// <param name="options">The options. By default, the number of the phone is not known.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0170</c>: the cursor belongs to another file. <c>CI0171</c>: the
    /// file declares entities. <c>CI0172</c>: the file is not a backup of the app.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        AndroidImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return FileImport.ReadAsync(
            path,
            options.After,
            (file, token) => Parse(file, options, token),
            cancellationToken
        );
    }

    /// <summary>Reads the records of a stream.</summary>
    /// <param name="stream">The stream, at its beginning. It need not be seekable, and it stays open.</param>
    /// <param name="options">The options. By default, the number of the phone is not known.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0170</c>: the cursor belongs to another file. <c>CI0171</c>: the
    /// stream declares entities. <c>CI0172</c>: the stream is not a backup of the app.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        AndroidImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return FileImport.ReadAsync(
            stream,
            "",
            options.After,
            (file, token) => Parse(file, options, token),
            cancellationToken
        );
    }

    static IAsyncEnumerable<EventRecord> Parse(
        RecordFile file,
        AndroidImportOptions options,
        CancellationToken cancellationToken
    ) =>
        JsonExport.Recognizes(file) || IsDamagedJson(file)
            ? JsonExport.ReadAsync(file, options, cancellationToken)
            : ParseAsync(file, options, cancellationToken);

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        RecordFile file,
        AndroidImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using PictureDigest picture = new();
        AndroidOwnNumber ownNumber = await AndroidOwnNumber
            .FindAsync(options.OwnNumber, file.Beginning, cancellationToken)
            .ConfigureAwait(false);
        MarkupReader reader = new(
            file.Content,
            lenient: false,
            static (tag, attribute) => tag == "part" && attribute == "data",
            picture.Append
        );
        AndroidMms? mms = null;
        bool begun = false;
        for (
            MarkupToken token;
            (token = await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) is not MarkupToken.EndOfFile;

        )
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"byte {reader.Offset}");
            if (
                !begun
                && token is MarkupToken.Start
                && !(begun = reader.Name is "smses" or "calls" or "allsms" or "sms" or "mms" or "call")
            )
                throw NotABackup();
            EventRecord? record = (token, reader.Name) switch
            {
                (MarkupToken.Start, "sms") => Finish(reader.Reason, () =>
                    AndroidRecord.Sms(name => reader[name], options)
                ),
                (MarkupToken.Start, "call") => Finish(reader.Reason, () =>
                    AndroidRecord.Call(name => reader[name], options)
                ),
                (MarkupToken.Broken, not "mms") when mms is null => AndroidRecord.Unreadable(
                    RejectReason.Malformed,
                    AndroidRecord.BrokenTag
                ),
                _ => null,
            };
            if (
                mms is not null
                && (
                    record is not null
                    || (token, reader.Name) is (MarkupToken.Start or MarkupToken.Broken or MarkupToken.End, "mms")
                )
            )
            {
                // the end of the message, or the beginning of the next record if the end is missing
                bool isWhole = token is MarkupToken.End;
                yield return mms.ToRecord(isWhole, reader.EndRecord(withToken: isWhole));
                mms = null;
            }
            if (token is MarkupToken.Start or MarkupToken.Broken && reader.Name == "mms")
            {
                reader.BeginRecord();
                mms = new AndroidMms(reader, options, ownNumber, place, isBroken: token is MarkupToken.Broken);
                if (reader.IsEmpty)
                {
                    yield return mms.ToRecord(isWhole: true, reader.EndRecord(withToken: true));
                    mms = null;
                }
            }
            else if (mms is not null && token is MarkupToken.Start or MarkupToken.Broken)
                mms?.Take(token, reader, picture);
            picture.Reset();
            if (record is not null)
                yield return record with
                {
                    Raw = reader.Raw,
                    Place = place,
                };
        }
        if (mms is not null)
            yield return mms.ToRecord(isWhole: false, reader.EndRecord(withToken: true));
        if (!begun && reader.Offset > 0)
            throw NotABackup(); // text without a single tag
    }

    /// <summary>Whether a file that does not show the fields of an export is still JSON and not markup.</summary>
    static bool IsDamagedJson(RecordFile file) =>
        !file.IsFolder
        && !file.IsMarkup
        && !RootElement().IsMatch(file.BeginningText)
        && file.BeginningText.AsSpan().ContainsAny('{', '"');

    static CallIntelException NotABackup() =>
        new(
            Diagnostics.ErrorCodes.WrongFormat,
            "The file is not a backup of the app SMS Backup & Restore or SMS Import / Export.",
            "Import the file with the importer of its format; ImporterRegistry.DetectAsync finds it."
        );

    static EventRecord Finish(RejectReason? reason, Func<EventRecord> map) =>
        reason is { } unreadable ? AndroidRecord.Unreadable(unreadable, AndroidRecord.BrokenText) : map();

    [GeneratedRegex("<(smses|calls|allsms)[\\s>/]", RegexOptions.CultureInvariant)]
    private static partial Regex RootElement();
}

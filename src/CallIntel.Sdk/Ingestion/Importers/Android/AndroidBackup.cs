using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Markup;

namespace CallIntel.Sdk.Ingestion.Importers.Android;

/// <summary>Reads backups of the Android application "SMS Backup &amp; Restore": messages with their pictures, and calls.</summary>
/// <remarks>
/// Source: https://synctech.com.au/sms-backup-restore/fields-in-xml-backup-files/. Times are exact and in UTC; where the telephone was is not told.
/// The records have no ids: their facts and words identify them. Pictures are digested while they are read and never kept; emoji may be written as
/// two character references. Constant memory, whatever the size of the file or of a picture.
/// </remarks>
public static class AndroidBackup
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; opened when the first record is asked for.</param>
    /// <param name="options">Where to resume, and whose telephone it is. Default: from the beginning, nobody's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c> the file cannot be read, <c>CI0170</c> the cursor is of another file, <c>CI0171</c> it declares entities, <c>CI0172</c> it is no backup.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        AndroidBackupOptions? options = null,
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
    /// <param name="options">Where to resume, and whose telephone it is. Default: from the beginning, nobody's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c> the stream cannot be read, <c>CI0170</c> the cursor is of another file, <c>CI0171</c> it declares entities, <c>CI0172</c> it is no backup.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        AndroidBackupOptions? options = null,
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
        AndroidBackupOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using PictureDigest picture = new();
        MarkupReader reader = new(
            stream,
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
                throw NoBackup();
            EventRecord? record = (token, reader.Name) switch
            {
                (MarkupToken.Start, "sms") => Finish(reader.Reason, () => AndroidRecord.Sms(reader, options)),
                (MarkupToken.Start, "call") => Finish(reader.Reason, () => AndroidRecord.Call(reader, options)),
                (MarkupToken.Broken, not "mms") when mms is null => EventRecord.Unreadable(
                    RejectReason.Malformed,
                    null
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
                // its own end, or the beginning of the next record: then its end is missing
                yield return mms.ToRecord(isWhole: token is MarkupToken.End);
                mms = null;
            }
            if (token is MarkupToken.Start or MarkupToken.Broken && reader.Name == "mms")
            {
                mms = new AndroidMms(reader, options, place, isBroken: token is MarkupToken.Broken);
                if (reader.IsEmpty)
                {
                    yield return mms.ToRecord(isWhole: true);
                    mms = null;
                }
            }
            else if (mms is not null && token is MarkupToken.Start or MarkupToken.Broken)
                mms?.Take(token, reader, picture);
            picture.Reset();
            if (record is not null)
                yield return record with
                {
                    Raw = Encoding.Latin1.GetString(reader.Raw),
                    Place = place,
                };
        }
        if (mms is not null)
            yield return mms.ToRecord(isWhole: false);
        if (!begun && reader.Offset > 0)
            throw NoBackup(); // text without a single tag
    }

    static CallIntelException NoBackup() =>
        new(
            Diagnostics.ErrorCodes.WrongFormat,
            "The file is no backup of SMS Backup & Restore.",
            "Import it as what it is; ImportFormats.DetectAsync tells."
        );

    static EventRecord Finish(RejectReason? reason, Func<EventRecord> map) =>
        reason is { } unreadable ? EventRecord.Unreadable(unreadable, null) : map();
}

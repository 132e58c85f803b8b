using System.Runtime.CompilerServices;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.WhatsApp;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>
/// Reads chats that WhatsApp exports on Android and iOS: the text file, or the zip archive or folder that contains it.
/// </summary>
/// <remarks>
/// <para>
/// The format is not documented. It depends on the language and the settings of the phone: the order of year, month and
/// day is determined once for the whole file. Messages can have several lines. Notices, for example of new members of a
/// group, are rejected as <c>not_an_event</c>.
/// </para>
/// <para>
/// Memory use is limited: the people and the order of the dates are determined from the first 16 MiB, which is more
/// than the number of messages that WhatsApp exports at once.
/// </para>
/// </remarks>
public sealed class WhatsAppImporter : IRecordImporter
{
    const int SurveyedBytes = 16 << 20;

    /// <summary>The name of the text file in an archive that an iPhone exports.</summary>
    internal const string ChatOfPhone = "_chat.txt";

    string IRecordImporter.Format => "whatsapp";

    string IRecordImporter.Description => "chat that WhatsApp exported (_chat.txt, \"WhatsApp Chat with ...\", zip)";

    ImportSetting IRecordImporter.TimeZone => ImportSetting.Required;

    bool IRecordImporter.Recognizes(RecordFile file) =>
        file.IsFolder ? ChatIn(file) is not null : IsChat(file.BeginningText);

    IAsyncEnumerable<EventRecord> IRecordImporter.ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    ) =>
        ParserOf(
            new WhatsAppImportOptions
            {
                TimeZone = options.TimeZone!,
                OwnLines = options.OwnLines,
                LineScope = options.LineScope,
            }
        )(file, cancellationToken);

    /// <summary>Reads the messages of a chat.</summary>
    /// <param name="path">
    /// The path of the text file, the zip archive or a folder. It is opened when the first record is requested.
    /// </param>
    /// <param name="options">The options: the time zone of the phone, and who owns it.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: an option is invalid. <c>CI0170</c>: the cursor belongs
    /// to another file. <c>CI0172</c>: the file is not a chat.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        WhatsAppImportOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        return FileImport.ReadAsync(path, options.After, ParserOf(options), cancellationToken);
    }

    /// <summary>Reads the messages of a chat.</summary>
    /// <param name="stream">
    /// The stream, at its beginning. It need not be seekable, except for a zip archive, and it stays open.
    /// </param>
    /// <param name="name">The name of the file, which names the other person in a chat of two. Can be empty.</param>
    /// <param name="options">The options: the time zone of the phone, and who owns it.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0024</c>: an option is invalid. <c>CI0170</c>: the cursor belongs
    /// to another file. <c>CI0172</c>: the stream is not a chat.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        string name,
        WhatsAppImportOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(options);
        return FileImport.ReadAsync(stream, name, options.After, ParserOf(options), cancellationToken);
    }

    static FileImport.Parser ParserOf(WhatsAppImportOptions options)
    {
        ChatRecords.ZoneOf(options.TimeZone);
        return (file, cancellationToken) => ParseAsync(file, options, cancellationToken);
    }

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        RecordFile file,
        WhatsAppImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? entry = file.IsFolder ? ChatIn(file) ?? throw NotAChat() : null;
        await using Stream? stored = entry is null ? null : file.OpenEntry(entry);
        await using RecordFile? opened = stored is null
            ? null
            : await RecordFile.OpenAsync(stored, cancellationToken: cancellationToken).ConfigureAwait(false);
        RecordFile chat = opened ?? file;
        using MemoryStream beginning = await BeginningAsync(chat.Content, cancellationToken).ConfigureAwait(false);
        string name = entry is null || Path.GetFileName(entry) == ChatOfPhone ? file.Name : Path.GetFileName(entry);
        ChatSurvey survey = await ChatSurvey.ReadAsync(beginning, name, cancellationToken).ConfigureAwait(false);
        PeekedStream content = new(beginning.GetBuffer().AsMemory(0, (int)beginning.Length), chat.Content);
        ChatRecords records = new(options, survey);
        RecordReader lines = new(content, quotedBetween: null);
        using MemoryStream message = new();
        long first = 0;
        bool isTooLong = false,
            begun = false;
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            bool isHead =
                ChatHead.Find(Encoding.UTF8.GetString(lines.Record.Span)) is { } head && head.Style == survey.Style;
            if (!begun && !isHead && lines.Record.Span.Trim((byte)' ').IsEmpty)
                continue;
            if (begun && isHead)
            {
                yield return records.Map(message.GetBuffer().AsSpan(0, (int)message.Length), first, isTooLong);
                message.SetLength(0);
                (isTooLong, begun) = (false, false);
            }
            if (!begun)
                (begun, first) = (true, lines.Line);
            else if (!isTooLong)
                message.WriteByte((byte)'\n');
            isTooLong |= lines.IsTooLong || message.Length + lines.Record.Length > RecordReader.MaxRecordBytes;
            if (!isTooLong || message.Length == 0)
                message.Write(lines.Record.Span);
        }
        if (begun)
            yield return records.Map(TrimEnd(message.GetBuffer().AsSpan(0, (int)message.Length)), first, isTooLong);
    }

    static async Task<MemoryStream> BeginningAsync(Stream content, CancellationToken cancellationToken)
    {
        MemoryStream beginning = new();
        byte[] block = new byte[1 << 16];
        for (
            int read;
            beginning.Length < SurveyedBytes
                && (read = await content.ReadAsync(block, cancellationToken).ConfigureAwait(false)) > 0;

        )
            beginning.Write(block, 0, read);
        beginning.Position = 0;
        return beginning;
    }

    /// <summary>Removes the empty lines at the end of the file, which do not belong to the last message.</summary>
    static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> message) => message.TrimEnd((byte)'\n');

    /// <summary>The path of the chat in an archive or folder. Null if there is none, or more than one.</summary>
    static string? ChatIn(RecordFile folder)
    {
        string[] chats =
        [
            .. folder.EntryNames.Where(name =>
                name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) && ChatNames.IsOfChat(Path.GetFileName(name))
            ),
        ];
        return chats.Length == 1 && IsChat(BeginningOf(folder, chats[0])) ? chats[0] : null;
    }

    static string BeginningOf(RecordFile folder, string entry)
    {
        try
        {
            using Stream stream = folder.OpenEntry(entry);
            byte[] beginning = new byte[4096];
            int length = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(beginning, 0, length);
        }
        catch (Exception e) when (RawFile.IsUnreadable(e))
        {
            throw RawFile.Unreadable("A file in the folder or zip archive could not be read.", e);
        }
    }

    static bool IsChat(string beginning) =>
        ChatHead.Find(beginning.TrimStart().Split('\n', 2)[0].TrimEnd('\r')) is not null;

    static CallIntelException NotAChat() =>
        new(
            ErrorCodes.WrongFormat,
            "The folder or zip archive does not contain one chat that WhatsApp exported.",
            "Name the text file of the chat, or import each chat by itself."
        );
}

using System.Text;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Ingestion.Importers.Android;
using CallIntel.Sdk.Ingestion.Importers.Asterisk;
using CallIntel.Sdk.Ingestion.Importers.GoogleVoice;
using CallIntel.Sdk.Ingestion.Importers.RingCentral;
using CallIntel.Sdk.Ingestion.Importers.Twilio;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Tells what a file is by its beginning, not by its name.</summary>
public static partial class ImportFormats
{
    /// <summary>Looks at the beginning of a file, unpacked if it is gzip.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the file cannot be read.</exception>
    public static async Task<ImportFormat> DetectAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Stream file = ImportSource.Open(path);
        await using (file.ConfigureAwait(false))
            return await DetectAsync(file, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks at the beginning of a stream, unpacked if it is gzip.</summary>
    /// <param name="stream">The stream; up to some hundred KiB of it are read, and it stays open.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the stream cannot be read.</exception>
    public static async Task<ImportFormat> DetectAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            Stream unwrapped = await ImportSource.UnwrapAsync(stream, cancellationToken).ConfigureAwait(false);
            PeekedStream peeked = await PeekedStream
                .ReadAsync(unwrapped, FileCursor.DigestedBytes, cancellationToken)
                .ConfigureAwait(false);
            return peeked.Beginning.Span.StartsWith("PK\u0003\u0004"u8)
                ? ImportFormat.ZipArchive
                : Detect(Encoding.UTF8.GetString(peeked.Beginning.Span).TrimStart());
        }
        catch (Exception e) when (ImportSource.IsUnreadable(e))
        {
            throw ImportSource.Unreadable("The file cannot be read, or is a damaged archive.", e);
        }
    }

    static ImportFormat Detect(string beginning) =>
        beginning switch
        {
            ['<', ..] => AndroidRoot().IsMatch(beginning) ? ImportFormat.AndroidBackup
            : beginning.Contains("hChatLog", StringComparison.Ordinal)
            || beginning.Contains("haudio", StringComparison.Ordinal)
                ? ImportFormat.GoogleVoiceTakeout
            : ImportFormat.Unknown,
            ['{' or '[', ..] => DetectJson(beginning),
            "" => ImportFormat.Unknown,
            _ => DetectLines(beginning.Split('\n')[0].TrimEnd('\r')),
        };

    static ImportFormat DetectJson(string beginning)
    {
        bool Has(string name) => beginning.Contains($"\"{name}\"", StringComparison.Ordinal);
        return (Has("vcon") || (Has("uuid") && Has("created_at"))) && Has("parties") ? ImportFormat.VCon
            : TwilioSid().IsMatch(beginning) ? ImportFormat.TwilioBulkExport
            : Has("startTime") && Has("direction") && (Has("sessionId") || Has("telephonySessionId") || Has("records"))
                ? ImportFormat.RingCentralCallLog
            : Has("syncInfo") && Has("records") ? ImportFormat.RingCentralCallLog
            : ImportFormat.JsonLines;
    }

    static ImportFormat DetectLines(string line)
    {
        List<string> fields = [];
        return !CsvFields.TrySplit(line, ',', true, fields) ? ImportFormat.Unknown
            : CdrColumns.Find(fields) is not null ? ImportFormat.AsteriskCdr
            : fields.Count > 1
            || line.Contains(';', StringComparison.Ordinal)
            || line.Contains('\t', StringComparison.Ordinal)
                ? ImportFormat.Csv
            : ImportFormat.Unknown;
    }

    [GeneratedRegex("<(smses|calls|allsms)[\\s>/]", RegexOptions.CultureInvariant)]
    private static partial Regex AndroidRoot();

    [GeneratedRegex("\"sid\"\\s*:\\s*\"(SM|MM|CA)[0-9a-fA-F]", RegexOptions.CultureInvariant)]
    private static partial Regex TwilioSid();
}

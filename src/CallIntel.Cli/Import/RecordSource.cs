using CallIntel.Cli.Settings;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Android;
using CallIntel.Sdk.Ingestion.Importers.Asterisk;
using CallIntel.Sdk.Ingestion.Importers.GoogleVoice;
using CallIntel.Sdk.Ingestion.Importers.RingCentral;
using CallIntel.Sdk.Ingestion.Importers.Twilio;
using CallIntel.Sdk.Ingestion.Importers.VCon;

namespace CallIntel.Cli.Import;

/// <summary>The records of a file, by the importer of its format, and how far in the file they are.</summary>
sealed class RecordSource : IAsyncDisposable
{
    readonly ImportRequest _request;
    readonly FileStream? _file;

    RecordSource(ImportRequest request, FileStream? file) => (_request, _file) = (request, file);

    internal static RecordSource Open(ImportRequest request)
    {
        if (
            request.TimeZone is not null
            && request.Format is not (ImportFormat.AsteriskCdr or ImportFormat.Csv or ImportFormat.JsonLines)
        )
            throw SettingsReader.Wrong(
                $"The format {FormatChoice.NameOf(request.Format)} tells its times' zone itself.",
                "Leave --time-zone out."
            );
        if (request.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            throw SettingsReader.Wrong(
                "The time zone is none of this machine.",
                "Take an IANA name such as Europe/Copenhagen, and install tzdata."
            );
        if (request.Format is ImportFormat.AsteriskCdr && request.TimeZone is null)
            throw SettingsReader.Wrong(
                "The format asterisk does not tell the zone of its times.",
                "Say with --time-zone which one the telephone system's clock is in."
            );
        // a takeout may be a folder, and is read by names
        if (request.Format is ImportFormat.GoogleVoiceTakeout)
            return new RecordSource(request, null);
        try
        {
            return new RecordSource(
                request,
                new FileStream(
                    request.Path,
                    new FileStreamOptions
                    {
                        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                        BufferSize = 0,
                    }
                )
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CallIntelException(
                ErrorCodes.UnreadableFile,
                "The file to import cannot be read.",
                "Check that it exists and that this user may read it.",
                e
            );
        }
    }

    /// <summary>The part of the file that was read, from 0 to 1; null where that is not known.</summary>
    internal double? PartRead => _file is { Length: > 0 } ? (double)_file.Position / _file.Length : null;

    /// <param name="after">The cursor to resume after; null from the beginning.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal IAsyncEnumerable<EventRecord> ReadAsync(string? after, CancellationToken cancellationToken)
    {
        (string? scope, string? own) = (_request.LineScope, _request.OwnLines);
        return _request.Format switch
        {
            ImportFormat.AndroidBackup => AndroidBackup.ReadAsync(
                _file!,
                new AndroidBackupOptions { After = after, LineScope = scope },
                cancellationToken
            ),
            ImportFormat.TwilioBulkExport => TwilioBulkExport.ReadAsync(
                _file!,
                new ImportOptions { After = after, LineScope = scope },
                cancellationToken
            ),
            ImportFormat.RingCentralCallLog => RingCentralCallLog.ReadAsync(
                _file!,
                new RingCentralOptions { After = after, LineScope = scope },
                cancellationToken
            ),
            ImportFormat.AsteriskCdr => AsteriskCdr.ReadAsync(_file!, Asterisk(after), cancellationToken),
            ImportFormat.GoogleVoiceTakeout => GoogleVoiceTakeout.ReadAsync(
                _request.Path,
                new ImportOptions { After = after, LineScope = scope },
                cancellationToken
            ),
            ImportFormat.VCon => VConImporter.ReadAsync(
                _file!,
                new VConOptions
                {
                    After = after,
                    LineScope = scope,
                    OwnLines = own,
                },
                cancellationToken
            ),
            ImportFormat.Csv => CsvImporter.ReadAsync(
                _file!,
                InZone(CsvMapping.Load(_request.Mapping!)),
                after,
                cancellationToken
            ),
            ImportFormat.JsonLines => JsonLinesImporter.ReadAsync(
                _file!,
                InZone(JsonMapping.Load(_request.Mapping!)),
                after,
                cancellationToken
            ),
            _ => throw new InvalidOperationException("A format has no importer."),
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync().ConfigureAwait(false);
    }

    AsteriskOptions Asterisk(string? after)
    {
        AsteriskOptions options = new()
        {
            TimeZone = _request.TimeZone!,
            After = after,
            LineScope = _request.LineScope,
        };
        options.OwnLines = _request.OwnLines ?? options.OwnLines;
        return options;
    }

    T InZone<T>(T mapping)
        where T : RecordMapping
    {
        if (_request.TimeZone is not null && mapping.Time is not null)
            mapping.Time.TimeZone = _request.TimeZone;
        return mapping;
    }
}

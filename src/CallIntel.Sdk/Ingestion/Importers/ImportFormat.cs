using CallIntel.Sdk.Ingestion.Importers.Android;
using CallIntel.Sdk.Ingestion.Importers.Asterisk;
using CallIntel.Sdk.Ingestion.Importers.GoogleVoice;
using CallIntel.Sdk.Ingestion.Importers.RingCentral;
using CallIntel.Sdk.Ingestion.Importers.Twilio;
using CallIntel.Sdk.Ingestion.Importers.VCon;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The formats that files are known by.</summary>
public enum ImportFormat
{
    /// <summary>None of the others.</summary>
    Unknown = 0,

    /// <summary>A backup of "SMS Backup &amp; Restore": <see cref="Android.AndroidBackup"/>.</summary>
    AndroidBackup = 1,

    /// <summary>A bulk export of messages or calls: <see cref="Twilio.TwilioBulkExport"/>.</summary>
    TwilioBulkExport = 2,

    /// <summary>A call log: <see cref="RingCentral.RingCentralCallLog"/>.</summary>
    RingCentralCallLog = 3,

    /// <summary>Call detail records: <see cref="Asterisk.AsteriskCdr"/>.</summary>
    AsteriskCdr = 4,

    /// <summary>A page of a Google Takeout: <see cref="GoogleVoice.GoogleVoiceTakeout"/>.</summary>
    GoogleVoiceTakeout = 5,

    /// <summary>A container for conversations: <see cref="VCon.VConImporter"/>.</summary>
    VCon = 6,

    /// <summary>Other JSON objects, a line each: <see cref="JsonLinesImporter"/> with a mapping.</summary>
    JsonLines = 7,

    /// <summary>Other lines of fields: <see cref="CsvImporter"/> with a mapping.</summary>
    Csv = 8,

    /// <summary>A zip archive, as Google Takeout is delivered.</summary>
    ZipArchive = 9,
}

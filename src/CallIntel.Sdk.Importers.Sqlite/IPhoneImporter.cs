using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Importers.Sqlite;

/// <summary>
/// Reads the databases of an iPhone backup: messages (<c>sms.db</c>) and calls (<c>CallHistory.storedata</c>).
/// </summary>
/// <remarks>
/// <para>
/// Add it to a registry: <c>ImporterRegistry.BuiltIn.Add(new IPhoneImporter())</c>. The database is recognized by its
/// tables, and opened read-only by its path; a stream cannot be imported.
/// </para>
/// <para>
/// Apple does not document the tables. Columns that a version of iOS does not have are treated as empty. The importer
/// holds the groups of the phone and one record at a time in memory.
/// </para>
/// </remarks>
public sealed class IPhoneImporter : IRecordImporter
{
    /// <inheritdoc/>
    public string Format => "iphone";

    /// <inheritdoc/>
    public string Description => "messages (sms.db) or calls (CallHistory.storedata) of an iPhone backup";

    /// <inheritdoc/>
    public bool Recognizes(RecordFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.FullPath is not { } path || file.IsFolder || !IsSqlite(file))
            return false;
        try
        {
            using PhoneDatabase database = PhoneDatabase.Open(path);
            return database.HasMessages || database.HasCalls;
        }
        catch (IOException)
        {
            return false; // a damaged database does not show its format
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<EventRecord> ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        return Read(file, options, cancellationToken).ToAsyncEnumerable();
    }

    static IEnumerable<EventRecord> Read(RecordFile file, ImportOptions options, CancellationToken cancellationToken)
    {
        if (file.FullPath is not { } path || file.IsFolder)
            throw WrongFormat("SQLite databases can only be imported by the path of the database file.");
        using PhoneDatabase database = PhoneDatabase.Open(path);
        if (!database.HasMessages && !database.HasCalls)
            throw WrongFormat("The SQLite database has neither the messages nor the calls of an iPhone.");
        IEnumerable<EventRecord> records = database.HasMessages
            ? new MessageTable(database, options).Read()
            : new CallTable(database, options).Read();
        foreach (EventRecord record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    static bool IsSqlite(RecordFile file) => file.Beginning.Span.StartsWith("SQLite format 3\0"u8);

    static CallIntelException WrongFormat(string problem) =>
        new(
            ErrorCodes.WrongFormat,
            problem,
            "Extract sms.db or CallHistory.storedata from the backup, and import that file by its path."
        );
}

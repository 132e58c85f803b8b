using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Importers.Sqlite;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Tests.Importers.Fuzzing;
using Microsoft.Data.Sqlite;

namespace CallIntel.Sdk.Tests.Importers;

public sealed partial class FuzzUnitTests
{
    const string PhoneTables = """
        create table message (ROWID integer primary key autoincrement, guid text unique not null, text text,
          subject text, handle_id integer default 0, attributedBody blob, service text, error integer default 0,
          date integer, is_from_me integer default 0, is_sent integer default 0, is_delivered integer default 0,
          cache_has_attachments integer default 0, item_type integer default 0,
          associated_message_type integer default 0, destination_caller_id text);
        create table handle (ROWID integer primary key autoincrement, id text not null, country text, service text);
        create table chat (ROWID integer primary key autoincrement, guid text unique not null, chat_identifier text);
        create table chat_handle_join (chat_id integer, handle_id integer);
        create table chat_message_join (chat_id integer, message_id integer);
        create table attachment (ROWID integer primary key autoincrement, guid text, filename text, mime_type text,
          transfer_name text, total_bytes integer default 0);
        create table message_attachment_join (message_id integer, attachment_id integer);
        insert into handle (id) values ('+4532123456'), ('anna@example.com');
        insert into chat (guid) values ('SMS;-;+4532123456');
        insert into chat_handle_join values (1, 1), (1, 2);
        """;

    const string PhoneMessages = """
        insert into message (guid, text, handle_id, service, date)
          values ('m1', 'Hi', 1, 'SMS', 789292800123000000), ('m2', 'Yes', 2, 'iMessage', 789292860);
        insert into chat_message_join values (1, 1), (1, 2);
        """;

    /// <summary>Columns of a message that a damaged database can fill with anything. Types are not enforced.</summary>
    static readonly string[] MessageColumns =
    [
        "text",
        "subject",
        "handle_id",
        "attributedBody",
        "service",
        "error",
        "date",
        "is_from_me",
        "is_sent",
        "is_delivered",
        "cache_has_attachments",
        "item_type",
        "associated_message_type",
        "destination_caller_id",
    ];

    [Fact]
    public async Task A_damaged_database_of_an_iPhone_is_read_to_its_end_or_refused()
    {
        string path = TemporaryDatabase();
        try
        {
            await using (SqliteConnection database = await OpenDatabaseAsync(path))
            {
                await ExecuteAsync(database, PhoneTables);
                await ExecuteAsync(database, PhoneMessages);
            }
            byte[] sound = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            await FuzzRun.RunAsync(
                "iphone database",
                async (run, random) =>
                {
                    // the first bytes tell the format
                    byte[] damaged = [.. sound[..16], .. Damage.Anywhere(sound[16..], random)];
                    await File.WriteAllBytesAsync(path, damaged);
                    try
                    {
                        foreach (EventRecord record in await ReadPhoneAsync(path))
                            run.Judge(record);
                    }
                    catch (CallIntelException e) when (e.Code is ErrorCodes.UnreadableFile or ErrorCodes.WrongFormat)
                    {
                        run.CountRefused();
                    }
                },
                isInMemory: false
            );
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Every_row_of_an_iPhone_is_returned_or_rejected_whatever_its_columns_contain()
    {
        string path = TemporaryDatabase();
        try
        {
            await using SqliteConnection database = await OpenDatabaseAsync(path);
            await ExecuteAsync(database, PhoneTables);
            await FuzzRun.RunAsync(
                "iphone rows",
                async (run, random) =>
                {
                    await ExecuteAsync(database, "delete from message; delete from chat_message_join");
                    int rows = random.Next(1, 6);
                    for (int i = 0; i < rows; i++)
                        await InsertAsync(database, i, random);
                    List<EventRecord> records = await ReadPhoneAsync(path);
                    Assert.Equal(rows, records.Count);
                    Assert.Equal(rows, records.Select(r => r.Place).Distinct().Count());
                    foreach (EventRecord record in records)
                        if (run.Judge(record) is not null)
                            Assert.NotNull(record.Raw);
                },
                isInMemory: false
            );
        }
        finally
        {
            File.Delete(path);
        }
    }

    static async Task InsertAsync(SqliteConnection database, int row, Random random)
    {
        Dictionary<string, object?> values = new()
        {
            ["guid"] = $"m{row}",
            ["text"] = "Hi",
            ["handle_id"] = 1L,
            ["date"] = 789292800123000000L,
        };
        for (int bad = random.Next(4); bad > 0; bad--)
            values[MessageColumns[random.Next(MessageColumns.Length)]] = random.Next(12) switch
            {
                0 => DBNull.Value,
                1 => -1L,
                2 => long.MaxValue,
                3 => long.MinValue,
                4 => 1e300,
                5 => double.NegativeInfinity,
                6 => "",
                7 => "soon",
                8 => "a\0b \ud83d",
                9 => new byte[] { 0, 0xff, 0xfe, 4, 0x81 },
                10 => Array.Empty<byte>(),
                _ => random.NextInt64(),
            };
        await using SqliteCommand insert = database.CreateCommand();
        insert.CommandText =
            $"insert into message ({string.Join(", ", values.Keys)}) "
            + $"values ({string.Join(", ", values.Keys.Select(k => "$" + k))});";
        foreach ((string name, object? value) in values)
            insert.Parameters.AddWithValue("$" + name, value);
        await insert.ExecuteNonQueryAsync();
        if (random.Next(2) == 0)
            await ExecuteAsync(database, "insert into chat_message_join values (1, last_insert_rowid())");
    }

    static string TemporaryDatabase() => Path.Combine(Path.GetTempPath(), $"fuzz-{Guid.NewGuid():N}.db");

    static async Task<SqliteConnection> OpenDatabaseAsync(string path)
    {
        SqliteConnection database = new($"Data Source={path};Pooling=False");
        await database.OpenAsync();
        return database;
    }

    static async Task ExecuteAsync(SqliteConnection database, string sql)
    {
        await using SqliteCommand command = database.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    static async Task<List<EventRecord>> ReadPhoneAsync(string path) =>
        await FileImport
            .ReadAsync(
                path,
                new FileImportOptions
                {
                    Importers = ImporterRegistry.BuiltIn.Add(new IPhoneImporter()),
                    Format = "iphone",
                }
            )
            .ToListAsync();
}

using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Importers.Sqlite;
using CallIntel.Sdk.Ingestion.Importers;
using Microsoft.Data.Sqlite;

namespace CallIntel.Sdk.Tests.Importers.IPhone;

/// <summary>Databases of an iPhone backup, with the tables that iOS creates.</summary>
public sealed class IPhoneImporterUnitTests : IDisposable
{
    const string Messages = """
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
        insert into chat (guid) values ('SMS;-;+4532123456'), ('iMessage;+;chat1');
        insert into chat_handle_join values (1, 1), (2, 1), (2, 2);
        """;

    const string Calls = """
        create table ZCALLRECORD (Z_PK integer primary key, Z_ENT integer, Z_OPT integer, ZANSWERED integer,
          ZCALLTYPE integer, ZDISCONNECTED_CAUSE integer, ZORIGINATED integer, ZREAD integer, ZDATE timestamp,
          ZDURATION float, ZADDRESS varchar, ZSERVICE_PROVIDER varchar, ZUNIQUE_ID varchar);
        """;

    readonly string _path = Path.Combine(Path.GetTempPath(), $"iphone-{Guid.NewGuid():N}.db");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Messages_are_read_with_times_in_nanoseconds_and_in_seconds()
    {
        Create(
            Messages,
            """
            insert into message (guid, text, handle_id, service, date, destination_caller_id)
              values ('m1', 'Hi', 1, 'SMS', 789292800123000000, '+4520101010');
            insert into message (guid, text, handle_id, service, date, is_from_me, is_sent)
              values ('m2', 'Yes', 1, 'iMessage', 789292860, 1, 1);
            insert into chat_message_join values (1, 1), (1, 2);
            """
        );
        List<EventRecord> records = await ReadAsync();

        Assert.Equal(
            ["m1 Sms Inbound Completed +4532123456 Hi", "m2 Sms Outbound Sent +4532123456 Yes"],
            records.Select(r => $"{r.ExternalId} {r.Channel} {r.Direction} {r.Outcome} {r.Party} {r.Body}")
        );
        Assert.Equal(new DateTimeOffset(2026, 1, 5, 8, 0, 0, 123, TimeSpan.Zero), records[0].OccurredAt);
        Assert.Equal(records[0].OccurredAt.AddSeconds(59.877), records[1].OccurredAt);
        Assert.Equal("+4520101010", records[0].Details?.OwnNumber);
        Assert.Equal("message 1", records[0].Place);
    }

    [Fact]
    public async Task Group_messages_name_the_other_people_and_their_attachments()
    {
        Create(
            Messages,
            """
            insert into message (guid, text, date, is_from_me, is_delivered, cache_has_attachments)
              values ('m1', char(65532) || 'Look', 789292800, 1, 1, 1);
            insert into message (guid, text, handle_id, date) values ('m2', 'Nice', 2, 789292801);
            insert into chat_message_join values (2, 1), (2, 2);
            insert into attachment (filename, mime_type, transfer_name, total_bytes)
              values ('~/Library/SMS/a.jpg', 'image/jpeg', 'a.jpg', 5);
            insert into message_attachment_join values (1, 1);
            """
        );
        List<EventRecord> records = await ReadAsync();

        Assert.Equal(["+4532123456", "anna@example.com"], records.Select(record => record.Party));
        Assert.Equal(
            ["anna@example.com", "+4532123456"],
            records.Select(record => Assert.Single(record.OtherParties).Address)
        );
        Assert.Equal((EventChannel.Mms, "Look"), (records[0].Channel, records[0].Body));
        Assert.Equal(new EventPart("image/jpeg", "a.jpg", 5), Assert.Single(records[0].Parts));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(300)]
    [InlineData(70_000)]
    public async Task The_text_of_an_attributed_string_is_read(int length)
    {
        Create(Messages, "insert into message (guid, handle_id, date) values ('m1', 1, 789292800)");
        string text = new('x', length);
        Execute("update message set attributedBody = $body", Attributed(text));
        Assert.Equal(text, Assert.Single(await ReadAsync()).Body);
    }

    [Fact]
    public async Task What_is_not_a_message_or_not_readable_is_rejected_with_its_row()
    {
        Create(
            Messages,
            """
            insert into message (guid, text, date, item_type) values ('m1', null, 789292800, 2);
            insert into message (guid, text, date, associated_message_type) values ('m2', 'Liked', 789292800, 2001);
            insert into message (guid, text, date) values ('m3', 'a', null);
            insert into message (guid, text, date) values ('m4', 'a', 'soon');
            insert into message (guid, attributedBody, date) values ('m5', x'0102', 789292800);
            insert into message (guid, text, date) values ('m6', 'ok', 789292800);
            """
        );
        List<EventRecord> records = await ReadAsync();

        Assert.Equal(
            [
                RejectReason.NotAnEvent,
                RejectReason.NotAnEvent,
                RejectReason.MissingTime,
                RejectReason.Malformed,
                RejectReason.Malformed,
                null,
            ],
            records.Select(record => record.RejectReason)
        );
        Assert.Contains("\"attributedBody\":\"AQI=\"", records[4].Raw, StringComparison.Ordinal);
        Assert.Null(records[5].Party);
    }

    [Fact]
    public async Task Zero_is_not_read_as_a_time_of_2001()
    {
        Create(
            Messages + Calls,
            """
            insert into message (guid, text, date) values ('m1', 'a', 0);
            insert into message (guid, text, date) values ('m2', 'b', 789292800);
            insert into ZCALLRECORD (Z_PK, ZDATE, ZORIGINATED) values (1, 0.0, 1);
            """
        );
        List<EventRecord> records = await ReadAsync();

        Assert.All(records.Where(r => r.RejectReason is null), record => Assert.Equal(2026, record.OccurredAt.Year));
        Assert.Contains(records, record => record.RejectReason is RejectReason.Malformed);
    }

    [Fact]
    public async Task Calls_are_read_with_their_outcome_and_duration()
    {
        Create(
            Calls,
            """
            insert into ZCALLRECORD (Z_PK, ZDATE, ZDURATION, ZORIGINATED, ZANSWERED, ZADDRESS, ZUNIQUE_ID) values
              (1, 789292800.5, 65.25, 0, 1, '+4532123456', 'c1'),
              (2, 789292900, 0, 0, 0, cast('+4532123457' as blob), 'c2'),
              (3, 789293000, 0, 1, 0, '+4532123458', 'c3'),
              (4, 789293100, 12, 1, 0, null, 'c4'),
              (5, null, 12, 1, 0, null, 'c5');
            """
        );
        List<EventRecord> records = await ReadAsync();

        Assert.Equal(
            [
                "c1 Inbound Completed +4532123456 65.25",
                "c2 Inbound Missed +4532123457 ",
                "c3 Outbound Missed +4532123458 ",
                "c4 Outbound Completed  12",
            ],
            records
                .Take(4)
                .Select(r => $"{r.ExternalId} {r.Direction} {r.Outcome} {r.Party} {r.Duration?.TotalSeconds}")
        );
        Assert.Equal(new DateTimeOffset(2026, 1, 5, 8, 0, 0, 500, TimeSpan.Zero), records[0].OccurredAt);
        Assert.Equal(RejectReason.MissingTime, records[4].RejectReason);
    }

    [Fact]
    public async Task Other_databases_and_streams_are_not_recognized()
    {
        Create("create table message (a)", "");
        Assert.Null((await DetectAsync())?.Format);
        Assert.Equal(
            ErrorCodes.WrongFormat,
            (
                await Assert.ThrowsAsync<CallIntelException>(async () =>
                    await FileImport
                        .ReadAsync(
                            new MemoryStream(await File.ReadAllBytesAsync(_path, Cancellation)),
                            Options("iphone"),
                            Cancellation
                        )
                        .CountAsync(Cancellation)
                )
            ).Code
        );
        await File.WriteAllBytesAsync(_path, [.. "SQLite format 3\0"u8, 1, 2, 3], Cancellation);
        Assert.Null((await DetectAsync())?.Format);
        Assert.Equal(
            ErrorCodes.UnreadableFile,
            (
                await Assert.ThrowsAsync<CallIntelException>(async () =>
                    await FileImport.ReadAsync(_path, Options("iphone"), Cancellation).CountAsync(Cancellation)
                )
            ).Code
        );
    }

    [Fact]
    public async Task An_import_resumes_after_a_record()
    {
        Create(
            Messages,
            "insert into message (guid, text, date) values ('m1', 'a', 789292800), ('m2', 'b', 789292801);"
        );
        List<EventRecord> all = await ReadAsync();
        FileImportOptions options = Options(null);
        options.After = all[0].Cursor;
        Assert.Equal(
            "m2",
            (await FileImport.ReadAsync(_path, options, Cancellation).SingleAsync(Cancellation)).ExternalId
        );
    }

    /// <summary>A typed stream with a text, as far as the importer reads it.</summary>
    static byte[] Attributed(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length =
            utf8.Length < 0x80 ? [(byte)utf8.Length]
            : utf8.Length <= ushort.MaxValue ? [0x81, (byte)utf8.Length, (byte)(utf8.Length >> 8)]
            : [0x82, .. BitConverter.GetBytes(utf8.Length)];
        return
        [
            4,
            11,
            .. "streamtyped"u8,
            .. "NSAttributedString"u8,
            0,
            .. "NSString"u8,
            1,
            0x94,
            0x84,
            1,
            (byte)'+',
            .. length,
            .. utf8,
            0x86,
        ];
    }

    static FileImportOptions Options(string? format) =>
        new() { Importers = ImporterRegistry.BuiltIn.Add(new IPhoneImporter()), Format = format };

    async Task<IRecordImporter?> DetectAsync() => await Options(null).Importers.DetectAsync(_path, Cancellation);

    async Task<List<EventRecord>> ReadAsync()
    {
        Assert.Equal("iphone", (await DetectAsync())?.Format);
        return await FileImport.ReadAsync(_path, Options(null), Cancellation).ToListAsync(Cancellation);
    }

    void Create(string tables, string rows)
    {
        Execute(tables);
        if (rows.Length > 0)
            Execute(rows);
    }

    void Execute(string sql, byte[]? body = null)
    {
        using SqliteConnection connection = new($"Data Source={_path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the statements are constants of these tests
        command.CommandText = sql;
#pragma warning restore CA2100
        if (body is not null)
            command.Parameters.AddWithValue("$body", body);
        command.ExecuteNonQuery();
    }
}

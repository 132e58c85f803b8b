using System.Collections.Concurrent;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Audit;

/// <summary>Tests the sink of the host, honey tokens, and reads from a standby.</summary>
public sealed class HoneyTokenTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Opening_a_honey_token_raises_an_alert_and_opening_another_contact_does_not()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "honey");
        RecordingSink sink = new();
        using RecordingLog log = new();
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(auditSink: sink, loggerFactory: log);
        await using OrgSession owner = await source.OpenSessionAsync(harness.Org.As(OrgRole.Owner), Cancellation);
        ContactId honey = (await owner.Events.ReadAsync(EventFilter.All, Cancellation).LastAsync(Cancellation))
            .Contact!
            .Value;
        Assert.NotEqual(harness.Contact, honey);
        Assert.True(await owner.Audit.MarkHoneyTokenAsync(honey, Cancellation));
        Assert.False(await owner.Audit.MarkHoneyTokenAsync(honey, Cancellation));
        HoneyToken token = Assert.Single(await owner.Audit.ListHoneyTokensAsync(Cancellation));
        Assert.Equal((honey, harness.Org.Members[OrgRole.Owner]), (token.Contact, token.MarkedBy));

        await using OrgSession analyst = await source.OpenSessionAsync(harness.Org.As(OrgRole.Analyst), Cancellation);
        await analyst.Contacts.ListNumbersAsync(harness.Contact, Cancellation);
        Assert.Empty(sink.Alerts);
        Assert.DoesNotContain(log.Events, id => id == 1401);

        await analyst.Contacts.ListNumbersAsync(honey, Cancellation);
        await analyst
            .Events.ReadAsync(EventFilter.All.ForContact(honey).WithContent(), Cancellation)
            .CountAsync(Cancellation);
        Assert.Equal(2, sink.Alerts.Count);
        Assert.Equal(2, log.Events.Count(id => id == 1401));
        List<AccessEntry> alerts = await harness.EntriesAsync(new() { OnlyAlerts = true });
        Assert.Equal(sink.Alerts.Select(e => e.Id).Order(), alerts.Select(e => e.Id).Order());
        Assert.All(alerts, e =>
        {
            Assert.Equal([honey], e.Contacts);
            Assert.Equal(harness.Org.Members[OrgRole.Analyst], e.Member);
        });
        Assert.Equal(3, sink.Entries.Count);

        Assert.True(await owner.Audit.UnmarkHoneyTokenAsync(honey, Cancellation));
        Assert.False(await owner.Audit.UnmarkHoneyTokenAsync(honey, Cancellation));
        await analyst.Contacts.ListNumbersAsync(honey, Cancellation);
        Assert.Equal(2, sink.Alerts.Count);
        Assert.Equal(
            "mark, unmark",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action, ', ' order by occurred_at, id)
                  from callintel_private.audit_log where org_id = $1 and op = 0 and object = 'honey_tokens'
                """,
                harness.Org.Id.Value
            )
        );
    }

    [Theory]
    [InlineData(OrgRole.Viewer)]
    [InlineData(OrgRole.Analyst)]
    [InlineData(OrgRole.Member)]
    public async Task Only_owners_and_admins_manage_honey_tokens(OrgRole role)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(role, Cancellation);
        ContactId contact = new(NewId());
        await RefusedAsync(ErrorCodes.NotAllowed, () => session.Audit.MarkHoneyTokenAsync(contact, Cancellation));
        await RefusedAsync(ErrorCodes.NotAllowed, () => session.Audit.UnmarkHoneyTokenAsync(contact, Cancellation));
        await RefusedAsync(ErrorCodes.NotAllowed, () => session.Audit.ListHoneyTokensAsync(Cancellation));
    }

    [Fact]
    public async Task Contacts_of_another_org_cannot_become_honey_tokens()
    {
        LedgerHarness other = await LedgerHarness.CreateAsync(fixture.Database, "other honey", events: 1);
        await using OrgSession owner = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            owner.Audit.MarkHoneyTokenAsync(other.Contact, Cancellation)
        );
    }

    [Fact]
    public async Task A_hidden_contact_can_be_marked_only_with_a_purpose()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "hidden honey", events: 1);
        await using OrgSession owner = await harness.Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Privacy.SetAsync(
            harness.Contact,
            new Sdk.Privacy.PrivacyRule { Level = Sdk.Privacy.PrivacyLevel.Hidden },
            Cancellation
        );
        await RefusedAsync(ErrorCodes.ContactNotFound, () =>
            owner.Audit.MarkHoneyTokenAsync(harness.Contact, Cancellation)
        );
        await using OrgSession purposeful = await fixture.Database.DataSource.OpenSessionAsync(
            harness.Org.As(OrgRole.Owner) with
            {
                Purpose = AccessPurpose.Security,
            },
            Cancellation
        );
        Assert.True(await purposeful.Audit.MarkHoneyTokenAsync(harness.Contact, Cancellation));
    }

    [Fact]
    public async Task A_receipt_does_not_tell_injected_SQL_which_contacts_are_honey_tokens()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "receipts", events: 2);
        await using OrgSession owner = await harness.Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Audit.MarkHoneyTokenAsync(harness.Contact, Cancellation);
        await using SessionTransaction attacker = await SessionTransaction.BeginAsync(
            fixture.Database,
            harness.Org.As(OrgRole.Analyst)
        );
        const string File = """
            select receipt from callintel.file_access(1, 1, 0::smallint, gen_random_uuid(), $1, '{}',
                array[$2]::uuid[], '{}')
            """;
        int key = fixture.Database.SigningKeys.Current.Id;
        HashSet<string> receipts = [];
        foreach (Guid contact in new[] { harness.Contact.Value, harness.Contact.Value, NewId(), NewId() })
        {
            byte[] receipt = (byte[])(await attacker.RunAsync(File, key, contact))!;
            Assert.Equal(32, receipt.Length);
            Assert.True(receipts.Add(Convert.ToHexString(receipt)));
        }
    }

    [Fact]
    public async Task The_sink_receives_an_entry_after_its_commit_and_its_failure_does_not_stop_the_read()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "sink", events: 2);
        RecordingSink sink = new() { Database = fixture.Database };
        using RecordingLog log = new();
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(auditSink: sink, loggerFactory: log);
        await using OrgSession session = await source.OpenSessionAsync(harness.Org.As(OrgRole.Analyst), Cancellation);
        await session.Events.FindWithContentAsync(harness.Message, Cancellation);
        AccessEntry entry = Assert.Single(sink.Entries);
        Assert.Equal([true], sink.Committed);
        AccessEntry stored = Assert.Single(await harness.EntriesAsync());
        Assert.Equal(
            (stored.Id, stored.Org, stored.Member, stored.RequestId, stored.Fields, stored.RowCount, stored.IsAlert),
            (entry.Id, entry.Org, entry.Member, entry.RequestId, entry.Fields, entry.RowCount, entry.IsAlert)
        );
        Assert.Equal(stored.Events, entry.Events);
        Assert.Equal(stored.Contacts, entry.Contacts);
        Assert.InRange(stored.AccessedAt - entry.AccessedAt, TimeSpan.Zero, TimeSpan.FromSeconds(10));

        sink.Failure = new InvalidOperationException("the host's stream is full");
        Assert.Equal(
            "text 0",
            (await session.Events.FindWithContentAsync(harness.Message, Cancellation))!.Content!.Body
        );
        Assert.Contains(1402, log.Events);
        Assert.Equal(2, (await harness.EntriesAsync()).Count);
    }

    [Fact]
    public async Task Reads_from_a_standby_are_filed_on_the_primary_and_fail_without_it()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "standby");
        RecordingSink sink = new();
        void ReadOnly(CallIntelOptions options) =>
            options.ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString)
            {
                Options = "-c default_transaction_read_only=on",
            }.ConnectionString;

        await using (
            CallIntelDataSource standby = fixture.Database.CreateDataSource(
                options =>
                {
                    options.AuditConnectionString = options.ConnectionString;
                    ReadOnly(options);
                },
                auditSink: sink
            )
        )
        {
            await using OrgSession session = await standby.OpenSessionAsync(
                harness.Org.As(OrgRole.Admin),
                Cancellation
            );
            foreach ((string name, ProtectedFields fields, Func<OrgSession, Task<string?>> read) in harness.Reads())
            {
                int before = (await harness.EntriesAsync()).Count;
                Assert.False(string.IsNullOrEmpty(await read(session)), name);
                List<AccessEntry> filed = await harness.EntriesAsync();
                filed.RemoveRange(filed.Count - before, before);
                Assert.Equal(
                    (name, fields),
                    (name, filed.Aggregate(ProtectedFields.None, (all, entry) => all | entry.Fields))
                );
            }
            Assert.Equal(
                (await harness.EntriesAsync()).Select(e => e.Id).Order(),
                sink.Entries.Select(e => e.Id).Order()
            );
        }

        int filedBefore = (await harness.EntriesAsync()).Count;
        await using (
            CallIntelDataSource lonely = fixture.Database.CreateDataSource(options =>
            {
                options.AuditConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString)
                {
                    Host = "127.0.0.1",
                    Port = 1,
                }.ConnectionString;
                ReadOnly(options);
            })
        )
        await using (CallIntelDataSource without = fixture.Database.CreateDataSource(ReadOnly))
        {
            await using OrgSession unreachable = await lonely.OpenSessionAsync(
                harness.Org.As(OrgRole.Admin),
                Cancellation
            );
            await using OrgSession unset = await without.OpenSessionAsync(harness.Org.As(OrgRole.Admin), Cancellation);
            foreach ((_, _, Func<OrgSession, Task<string?>> read) in harness.Reads())
            {
                CallIntelException refused = await RefusedAsync(ErrorCodes.AccessNotFiled, () => read(unreachable));
                Assert.True(refused.InnerException is CallIntelException { Code: ErrorCodes.Unreachable });
                Assert.Contains(
                    "25006",
                    (await Assert.ThrowsAsync<CallIntelException>(() => read(unset))).Message,
                    StringComparison.Ordinal
                );
            }
        }
        Assert.Equal(filedBefore, (await harness.EntriesAsync()).Count);
    }

    sealed class RecordingSink : IAuditSink
    {
        internal TestDatabase? Database { get; init; }

        internal Exception? Failure { get; set; }

        internal ConcurrentQueue<AccessEntry> Entries { get; } = [];

        internal ConcurrentQueue<AccessEntry> Alerts { get; } = [];

        /// <summary>Whether another connection saw the entry when the sink received it.</summary>
        internal ConcurrentQueue<bool> Committed { get; } = [];

        public async ValueTask AccessFiledAsync(AccessEntry entry, CancellationToken cancellationToken)
        {
            Entries.Enqueue(entry);
            if (Database is not null)
                Committed.Enqueue(
                    await ScalarAsync<bool>(
                        Database,
                        "select exists (select from callintel_private.access_log where id = $1)",
                        entry.Id
                    )
                );
            if (Failure is not null)
                throw Failure;
        }

        public ValueTask HoneyTokenOpenedAsync(AccessEntry entry, CancellationToken cancellationToken)
        {
            Alerts.Enqueue(entry);
            return ValueTask.CompletedTask;
        }
    }

    sealed class RecordingLog : ILoggerFactory, ILogger
    {
        internal ConcurrentQueue<int> Events { get; } = [];

        public void AddProvider(ILoggerProvider provider) { }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            Microsoft.Extensions.Logging.EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Events.Enqueue(eventId.Id);

        public void Dispose() { }
    }
}

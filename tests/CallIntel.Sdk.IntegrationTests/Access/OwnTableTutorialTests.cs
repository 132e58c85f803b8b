using System.Text.RegularExpressions;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Runs the script of docs/guides/row-level-security.md that protects a table of the host application.
/// </summary>
public sealed partial class OwnTableTutorialTests(DatabaseFixture fixture)
    : IClassFixture<DatabaseFixture>,
        IAsyncLifetime
{
    const string Add = "select crm.add_note($1, 'Prefers mornings.')";

    static readonly string[] Scripts =
    [
        .. SqlBlock()
            .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs/guides/row-level-security.md")))
            .Select(match => match.Groups["sql"].Value),
    ];

    ContactId _normal;
    ContactId _restricted;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await DropAsync();
        await ExecuteAsync(Scripts[0]);
        await using (OrgSession ingester = await fixture.Own.OpenSessionAsync(OrgRole.Ingester, Cancellation))
            await ingester.Ingestion.WriteAsync(
                new IngestSource("tutorial"),
                [Message("+4532123456"), Message("+4533123456")],
                Cancellation
            );
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        _normal = await FindAsync(admin, "+4532123456");
        _restricted = await FindAsync(admin, "+4533123456");
        await admin.Privacy.SetAsync(_restricted, new PrivacyRule { Level = PrivacyLevel.Restricted }, Cancellation);
        foreach (ContactId contact in new[] { _normal, _restricted })
            Assert.Single(await ReadAsync(fixture.Own.As(OrgRole.Admin), Add, contact.Value));
    }

    // the role belongs to the whole server, which may be kept
    public async ValueTask DisposeAsync() => await DropAsync();

    [Fact]
    public async Task Notes_are_visible_only_in_their_org_and_only_for_visible_contacts()
    {
        const string Notes = "select contact_id from crm.notes",
            NotesOf = "select contact_id from crm.notes_of($1)";
        OrgIdentity admin = fixture.Own.As(OrgRole.Admin),
            analyst = fixture.Own.As(OrgRole.Analyst),
            foreign = fixture.Foreign.As(OrgRole.Admin);
        Assert.Equal(new[] { _normal.Value, _restricted.Value }.Order(), (await ReadAsync(admin, Notes)).Order());
        Assert.Equal([_normal.Value], await ReadAsync(analyst, Notes));
        Assert.Empty(await ReadAsync(foreign, Notes));
        Assert.Equal([_restricted.Value], await ReadAsync(admin, NotesOf, _restricted.Value));
        Assert.Equal([_normal.Value], await ReadAsync(analyst, NotesOf, _normal.Value));
        Assert.Empty(await ReadAsync(analyst, NotesOf, _restricted.Value));
        Assert.Empty(await ReadAsync(foreign, NotesOf, _normal.Value));
    }

    [Fact]
    public async Task Notes_are_written_only_by_members_who_can_write_visible_contacts()
    {
        foreach (
            (OrgIdentity who, ContactId contact) in new[]
            {
                (fixture.Own.As(OrgRole.Analyst), _normal),
                (fixture.Own.As(OrgRole.Member), _restricted),
                (fixture.Foreign.As(OrgRole.Admin), _normal),
            }
        )
            await AssertRefusedAsync(who, Add, contact.Value);
        Assert.Equal(2, (await ReadAsync(fixture.Own.As(OrgRole.Admin), "select id from crm.notes")).Count);
    }

    [Fact]
    public async Task The_application_cannot_reach_the_table_and_the_tutorial_check_detects_a_grant()
    {
        await AssertRefusedAsync(fixture.Own.As(OrgRole.Admin), "select id from crm_private.notes");
        Assert.Empty(await CheckAsync());
        await ExecuteAsync("grant select on crm_private.notes to callintel_app");
        Assert.Equal(["crm_private.notes"], await CheckAsync());
    }

    async Task<List<string>> CheckAsync()
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            $"select t.found::text from ({Scripts[1]}) as t (found)"
        );
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        List<string> found = [];
        while (await reader.ReadAsync(Cancellation))
            found.Add(reader.GetString(0));
        return found;
    }

    async Task<List<Guid>> ReadAsync(OrgIdentity who, string sql, params object?[] parameters)
    {
        await using OrgSession session = await fixture.Database.DataSource.OpenSessionAsync(who, Cancellation);
        return await session
            .QueryAsync(sql, row => row.GetGuid(0), parameters, cancellationToken: Cancellation)
            .ToListAsync(Cancellation);
    }

    async Task AssertRefusedAsync(OrgIdentity who, string sql, params object?[] parameters) =>
        Assert.Equal(
            ErrorCodes.NotAllowed,
            (await Assert.ThrowsAsync<CallIntelException>(() => ReadAsync(who, sql, parameters))).Code
        );

    Task DropAsync() =>
        ExecuteAsync(
            """
            drop schema if exists crm, crm_private cascade;
            do $$ begin
                if exists (select from pg_catalog.pg_roles where rolname = 'crm_writer') then
                    drop owned by crm_writer;
                    drop role crm_writer;
                end if;
            end $$;
            """
        );

    async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    static async Task<ContactId> FindAsync(OrgSession session, string number) =>
        (await session.Contacts.FindByNumberAsync(number, cancellationToken: Cancellation))!.Value;

    static EventRecord Message(string party) =>
        new()
        {
            OccurredAt = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            Party = party,
            ExternalId = party,
        };

    // also the one that is part of a list item
    [GeneratedRegex(@"^ *```sql\n(?<sql>.*?)\n *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex SqlBlock();
}

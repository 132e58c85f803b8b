using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CallIntel.Sdk.EntityFrameworkCore.Tests;

/// <summary>Tests that a context reaches the data of its session only.</summary>
public sealed class IsolationTests(ReportDatabase database)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_context_sees_no_other_org_and_no_hidden_contact()
    {
        await using OrgSession session = await database.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using ReportContext context = ReportContext.For(session);
        List<ContactId?> seen = await context
            .EventsBetween(ReportDatabase.Start.AddDays(-1), ReportDatabase.Start.AddDays(1))
            .Select(e => e.ContactId)
            .ToListAsync(Cancellation);
        Assert.Equal(database.OwnContacts[..2].Order(ById), seen.Select(id => id!.Value).Order(ById));
        foreach (ContactId contact in database.ForeignContacts.Append(database.OwnContacts[2]))
        {
            Assert.Empty(await context.EventsOf(contact).ToListAsync(Cancellation));
            Assert.False(await context.Contacts.AnyAsync(c => c.Id == contact, Cancellation));
        }
        // The naive way reads them: the same query as a superuser, whom no policy binds.
        await using NpgsqlCommand all = database.Database.Admin.CreateCommand(
            "select count(distinct contact_id) from callintel_private.events"
        );
        Assert.Equal(6L, await all.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Injected_SQL_cannot_leave_the_org_or_add_a_statement()
    {
        await using OrgSession session = await database.Own.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        await using ReportContext context = ReportContext.For(session);
        string foreign = database.Foreign.Id.ToString();
        Assert.Empty(
            await context
                .Database.SqlQueryRaw<Guid>($"select id as \"Value\" from callintel.events where org_id = '{foreign}'")
                .ToListAsync(Cancellation)
        );
        string[] second = ["deallocate all", "set role callintel_owner", "select callintel.begin_session('\\x00')"];
        foreach (string statement in second)
            await Assert.ThrowsAnyAsync<Exception>(() =>
                context.Database.ExecuteSqlRawAsync($"select 1; {statement}", Cancellation)
            );
        foreach (string statement in new[] { "set role callintel_owner", "deallocate all", "do 'begin end'" })
        {
            CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
                context.Database.ExecuteSqlRawAsync(statement, Cancellation)
            );
            Assert.Equal(ErrorCodes.StatementRefused, refused.Code);
        }
        CallIntelException denied = await Assert.ThrowsAsync<CallIntelException>(() =>
            context
                .Database.SqlQueryRaw<Guid>("select id as \"Value\" from callintel_private.events")
                .ToListAsync(Cancellation)
        );
        Assert.Equal(ErrorCodes.NotAllowed, denied.Code);
        Assert.Equal(2, await context.Events.CountAsync(Cancellation)); // the context stays usable
    }

    [Fact]
    public async Task A_command_beside_the_context_has_no_identity()
    {
        await using OrgSession session = await database.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await using ReportContext context = ReportContext.For(session);
        Assert.Equal(2, await context.Events.CountAsync(Cancellation));
        NpgsqlConnection connection = (NpgsqlConnection)context.Database.GetDbConnection();
        await connection.OpenAsync(Cancellation);
        await using NpgsqlCommand beside = new("select count(*) from callintel.events", connection);
        PostgresException error = await Assert.ThrowsAsync<PostgresException>(() =>
            beside.ExecuteScalarAsync(Cancellation)
        );
        Assert.Equal("CI001", error.SqlState);
    }

    [Fact]
    public async Task What_a_raw_statement_leaves_on_its_connection_is_gone_for_the_next_org()
    {
        await using CallIntelDataSource source = database.Database.CreateDataSource(options =>
            options.ConnectionString += ";Maximum Pool Size=1"
        );
        await using OrgSession own = await source.OpenSessionAsync(database.Own.As(OrgRole.Analyst), Cancellation);
        await using (ReportContext context = ReportContext.For(own))
        {
            await context.Database.ExecuteSqlRawAsync("select set_config('app.left', 'trace', false)", Cancellation);
            await context.Database.ExecuteSqlRawAsync("select pg_advisory_lock(77)", Cancellation);
        }
        await using OrgSession next = await source.OpenSessionAsync(database.Foreign.As(OrgRole.Analyst), Cancellation);
        await using ReportContext other = ReportContext.For(next);
        Assert.Equal(
            "",
            await other
                .Database.SqlQueryRaw<string>("select coalesce(current_setting('app.left', true), '') as \"Value\"")
                .SingleAsync(Cancellation)
        );
        Assert.Equal(
            0,
            await other
                .Database.SqlQueryRaw<int>(
                    "select count(*)::integer as \"Value\" from pg_locks "
                        + "where locktype = 'advisory' and pid = pg_backend_pid()"
                )
                .SingleAsync(Cancellation)
        );
    }

    [Fact]
    public async Task A_failed_query_leaves_a_connection_that_works()
    {
        await using CallIntelDataSource source = database.Database.CreateDataSource(options =>
            options.ConnectionString += ";Maximum Pool Size=1"
        );
        await using OrgSession session = await source.OpenSessionAsync(database.Own.As(OrgRole.Analyst), Cancellation);
        await using ReportContext context = ReportContext.For(session);
        for (int i = 0; i < 5; i++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() =>
                context
                    .Database.SqlQueryRaw<int>("select 10 / (3 - x) as \"Value\" from generate_series(1, 5) x")
                    .ToListAsync(Cancellation)
            );
            Assert.Equal(2, await context.Events.CountAsync(Cancellation));
        }
    }

    [Fact]
    public async Task A_member_who_lost_the_role_and_an_ended_session_read_nothing()
    {
        OrgSession session = await database.Own.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        await using ReportContext context = ReportContext.For(session);
        Assert.Equal(2, await context.Events.CountAsync(Cancellation));
        await session.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => context.Events.CountAsync(Cancellation));
        Assert.Throws<ObjectDisposedException>(() => ReportContext.For(session));

        OrgIdentity stranger = new(database.Own.Id, database.Foreign.Members[OrgRole.Owner]);
        await using OrgSession strange = await database.Database.DataSource.OpenSessionAsync(stranger, Cancellation);
        await using ReportContext none = ReportContext.For(strange);
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
            none.Events.CountAsync(Cancellation)
        );
        Assert.Equal(ErrorCodes.NotAMember, error.Code);
    }

    [Fact]
    public async Task Synchronous_methods_are_refused()
    {
        await using OrgSession session = await database.Own.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        await using ReportContext context = ReportContext.For(session);
        Assert.Throws<NotSupportedException>(() => context.Events.ToList());
        Assert.Throws<NotSupportedException>(() => context.Database.ExecuteSqlRaw("select 1"));
    }

    static readonly Comparer<ContactId> ById = Comparer<ContactId>.Create((a, b) => a.Value.CompareTo(b.Value));
}

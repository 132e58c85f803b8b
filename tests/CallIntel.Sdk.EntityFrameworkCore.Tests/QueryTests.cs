using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace CallIntel.Sdk.EntityFrameworkCore.Tests;

/// <summary>Tests queries in LINQ over the views and the range functions.</summary>
public sealed class QueryTests(ReportDatabase database)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Range_functions_return_the_events_of_the_org_and_can_be_composed()
    {
        await using OrgSession session = await database.Own.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        await using ReportContext context = ReportContext.For(session);
        DateTimeOffset start = ReportDatabase.Start.ToOffset(TimeSpan.FromHours(5.5));

        List<EventEntity> first = await context
            .EventsBetween(start, start.AddHours(1))
            .Where(e => e.Channel == EventChannel.Call && e.Direction == EventDirection.Inbound)
            .ToListAsync(Cancellation);
        EventEntity call = Assert.Single(first);
        Assert.Equal(database.OwnContacts[0], call.ContactId);
        Assert.Equal(ReportDatabase.Start, call.OccurredAt);
        Assert.Equal(60, call.DurationSeconds);
        Assert.Equal(EventOutcome.Completed, call.Outcome);
        Assert.Equal("call 0", call.ExternalId);

        var joined = await context
            .EventsOf(database.OwnContacts[1])
            .Join(context.Sources, e => e.SourceId, s => s.Id, (e, s) => new { e.Id, s.Name })
            .ToListAsync(Cancellation);
        Assert.Equal("exchange", Assert.Single(joined).Name);
        Guid[] ids = [call.Id, joined[0].Id];
        Assert.Equal(180, await context.EventsById(ids).SumAsync(e => e.DurationSeconds, Cancellation));
    }

    [Fact]
    public async Task Every_view_can_be_read()
    {
        await using OrgSession session = await database.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await using ReportContext context = ReportContext.For(session);
        Assert.Equal(2, (await context.Events.ToListAsync(Cancellation)).Count);
        Assert.Equal(2, (await context.Contacts.ToListAsync(Cancellation)).Count);
        Assert.Contains(await context.Members.ToListAsync(Cancellation), m =>
            m.Id == database.Own.Members[OrgRole.Analyst] && m.Role == OrgRole.Analyst
        );
        Assert.Equal("exchange", (await context.Sources.SingleAsync(Cancellation)).Name);
        Assert.Empty(await context.EventDetails.ToListAsync(Cancellation));
        Assert.Empty(await context.EventParticipants.ToListAsync(Cancellation));
        Assert.Empty(await context.Lines.ToListAsync(Cancellation));
        Assert.Empty(await context.Teams.ToListAsync(Cancellation));
        Assert.Empty(await context.TeamMembers.ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_query_is_one_round_trip_and_so_is_one_in_a_transaction()
    {
        await using WireProxy proxy = WireProxy.Start(database.Database.AppConnectionString);
        await using CallIntelDataSource source = database.Database.CreateDataSource(options =>
            options.ConnectionString = proxy.ConnectionString
        );
        await using OrgSession session = await source.OpenSessionAsync(database.Own.As(OrgRole.Analyst), Cancellation);
        await using ReportContext context = ReportContext.For(session);
        await CountAsync(); // the driver reads the types of the database
        int before = proxy.RoundTrips;
        for (int i = 0; i < 5; i++)
            await CountAsync();
        Assert.Equal(5, proxy.RoundTrips - before);

        before = proxy.RoundTrips;
        await using (IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(Cancellation))
        {
            Assert.Equal(1, await CountAsync());
            Assert.Equal(1, await CountAsync());
            await transaction.CommitAsync(Cancellation);
        }
        Assert.Equal(3, proxy.RoundTrips - before);

        Task<int> CountAsync() =>
            context.EventsBetween(ReportDatabase.Start, ReportDatabase.Start.AddHours(1)).CountAsync(Cancellation);
    }

    [Fact]
    public async Task A_table_of_the_application_can_be_written_and_an_entity_of_CallIntel_cannot()
    {
        await using OrgSession session = await database.Own.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        await using (ReportContext context = ReportContext.For(session))
        {
            context.Reports.AddRange(
                new SavedReport { Id = 1, Title = "first" },
                new SavedReport { Id = 2, Title = "second" }
            );
            Assert.Equal(2, await context.SaveChangesAsync(Cancellation));
            SavedReport report = await context.Reports.SingleAsync(r => r.Id == 2, Cancellation);
            report.Title = "changed";
            Assert.Equal(1, await context.SaveChangesAsync(Cancellation));
            Assert.Equal(
                1,
                await context
                    .Reports.Where(r => r.Title == "changed")
                    .ExecuteUpdateAsync(r => r.SetProperty(x => x.Title, "third"), Cancellation)
            );
            Assert.Equal(2, await context.Reports.ExecuteDeleteAsync(Cancellation));
        }

        await using ReportContext writing = ReportContext.For(session);
        writing.Add(new ContactEntity { Id = new ContactId(Guid.CreateVersion7()) });
        await Assert.ThrowsAsync<InvalidOperationException>(() => writing.SaveChangesAsync(Cancellation));
    }

    [Fact]
    public async Task Contexts_of_many_sessions_share_one_pool_and_one_model()
    {
        for (int i = 0; i < 50; i++)
        {
            await using OrgSession session = await database.Own.OpenSessionAsync(OrgRole.Viewer, Cancellation);
            // Entity Framework Core throws when more than twenty service providers have been created.
            await using ReportContext context = new(
                new DbContextOptionsBuilder<ReportContext>()
                    .UseCallIntel(session)
                    .ConfigureWarnings(warnings =>
                        warnings.Throw(
                            Microsoft.EntityFrameworkCore.Diagnostics.CoreEventId.ManyServiceProvidersCreatedWarning
                        )
                    )
                    .Options
            );
            Assert.Equal(2, await context.Events.CountAsync(Cancellation));
        }
    }
}

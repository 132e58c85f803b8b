using CallIntel.Sdk.EntityFrameworkCore.Tests;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

[assembly: AssemblyFixture(typeof(ReportDatabase))]

namespace CallIntel.Sdk.EntityFrameworkCore.Tests;

/// <summary>
/// A database with two orgs of three calls each. The third call of each org is that of a hidden contact.
/// </summary>
public sealed class ReportDatabase : IAsyncLifetime
{
    internal static readonly DateTimeOffset Start = new(2026, 1, 20, 12, 0, 0, TimeSpan.Zero);
    PostgresServer _server = null!;
    MigratedTemplate _template = null!;

    internal TestDatabase Database { get; private set; } = null!;

    internal TestOrg Own { get; private set; } = null!;

    internal TestOrg Foreign { get; private set; } = null!;

    internal ContactId[] OwnContacts { get; private set; } = null!;

    internal ContactId[] ForeignContacts { get; private set; } = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync(new PostgresServerOptions { Progress = Console.WriteLine });
        _template = await MigratedTemplate.CreateAsync(_server, admin =>
            new CallIntelOperations(admin).EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 1))
        );
        Database = await _template.CloneAsync(Cancellation);
        Own = await Database.CreateOrgAsync("own", Cancellation);
        Foreign = await Database.CreateOrgAsync("foreign", Cancellation);
        OwnContacts = await FillAsync(Own, "+453210");
        ForeignContacts = await FillAsync(Foreign, "+453211");
        await using NpgsqlCommand table = Database.Admin.CreateCommand(
            """
            create table public.saved_reports (id integer primary key, title text not null);
            grant select, insert, update, delete on public.saved_reports to callintel_app;
            """
        );
        await table.ExecuteNonQueryAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _template.DisposeAsync();
        await _server.DisposeAsync();
    }

    static async Task<ContactId[]> FillAsync(TestOrg org, string prefix)
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        string[] numbers = [prefix + "0001", prefix + "0002", prefix + "0003"];
        IngestReport report = await owner.Ingestion.WriteAsync(
            new IngestSource("exchange"),
            [
                .. numbers.Select(
                    (number, i) =>
                        new EventRecord
                        {
                            OccurredAt = Start.AddHours(i),
                            Channel = EventChannel.Call,
                            Direction = EventDirection.Inbound,
                            Outcome = EventOutcome.Completed,
                            Duration = TimeSpan.FromSeconds(60 * (i + 1)),
                            Party = number,
                            ExternalId = $"call {i}",
                        }
                ),
            ],
            Cancellation
        );
        Assert.Equal(3, report.Inserted);
        List<ContactId> contacts = [];
        foreach (string number in numbers)
            contacts.Add((await owner.Contacts.FindByNumberAsync(number, cancellationToken: Cancellation))!.Value);
        await owner.Privacy.SetAsync(contacts[2], new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);
        return [.. contacts];
    }
}

/// <summary>A context of an application, with a table of its own.</summary>
public sealed class ReportContext(DbContextOptions options) : CallIntelDbContext(options)
{
    public DbSet<SavedReport> Reports => Set<SavedReport>();

    internal static ReportContext For(OrgSession session) =>
        new(new DbContextOptionsBuilder<ReportContext>().UseCallIntel(session).Options);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<SavedReport>(report =>
        {
            report.ToTable("saved_reports", "public");
            report.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            report.Property(r => r.Title).HasColumnName("title");
        });
    }
}

public sealed class SavedReport
{
    public int Id { get; init; }

    public string Title { get; set; } = "";
}

using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>
/// Tests that reading works on a hot standby. Every transaction of these tests is read-only, as on a standby.
/// </summary>
public sealed class ReadOnlyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_work_in_read_only_transactions_and_writes_fail_with_an_explanation()
    {
        await using (OrgSession writer = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await writer.Ingestion.IngestAsync(
                new IngestSource("main", DefaultRegion: "DK"),
                GeneratedRecords.Async(GeneratedRecords.Take(50)),
                cancellationToken: Cancellation
            );
        await using CallIntelDataSource standby = fixture.Database.CreateDataSource(o =>
        {
            o.AuditConnectionString = o.ConnectionString;
            o.ConnectionString = new NpgsqlConnectionStringBuilder(o.ConnectionString)
            {
                Options = "-c default_transaction_read_only=on",
            }.ConnectionString;
        });
        await using OrgSession session = await standby.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation);
        Assert.Equal(
            "on",
            await session
                .QueryAsync(
                    "select current_setting('transaction_read_only')",
                    r => r.GetString(0),
                    cancellationToken: Cancellation
                )
                .SingleAsync(Cancellation)
        );

        List<ConversationEvent> events = await session
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(50, events.Count);
        Assert.Contains(events, e => e.Content?.Body is not null);
        ContactId contact = events.First(e => e.Contact is not null).Contact!.Value;
        IReadOnlyList<ContactNumber> numbers = await session.Contacts.ListNumbersAsync(contact, Cancellation);
        Assert.NotEmpty(numbers);
        Assert.Null(await session.Contacts.FindDisplayNameAsync(contact, Cancellation));
        TimeRange range = new(events.Min(e => e.OccurredAt), events.Max(e => e.OccurredAt).AddSeconds(1));
        Assert.NotEmpty((await session.Dashboards.VolumeAsync(range, Grain.Day, Cancellation)).Rows);
        Assert.NotEmpty(await session.Members.ListAsync(Cancellation));

        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
            session.Contacts.SetDisplayNameAsync(contact, "Ada", Cancellation)
        );
        Assert.Contains("25006", refused.Message, StringComparison.Ordinal);
    }
}

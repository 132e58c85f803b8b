using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>Tests that a session throws after it, or its data source, was disposed.</summary>
public sealed class DisposedSessionTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_of_a_disposed_session_throws()
    {
        IngestSource source = new("disposed", DefaultRegion: "DK");
        EventRecord[] records = [.. GeneratedRecords.Take(2)];
        OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        // so that run, contacts and keys are in memory
        await session.Ingestion.WriteAsync(source, records, Cancellation);
        await session.DisposeAsync();
        await session.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() =>
            session.QueryAsync("select 1", r => r.GetInt32(0), cancellationToken: Cancellation)
        );
        foreach (
            Func<Task> call in (Func<Task>[])
                [
                    () => session.Members.ListAsync(Cancellation),
                    () => session.Ingestion.WriteAsync(source, [records[0]], Cancellation),
                    () => session.Ingestion.WriteAsync(source, records, Cancellation),
                    () =>
                        session.Ingestion.IngestAsync(
                            source,
                            GeneratedRecords.Async(records),
                            cancellationToken: Cancellation
                        ),
                    () => session.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation).AsTask(),
                    () =>
                        session
                            .Events.ReadAsync(
                                EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(),
                                Cancellation
                            )
                            .ToListAsync(Cancellation)
                            .AsTask(),
                    () => session.SyncHealth.ReadAsync(cancellationToken: Cancellation),
                    () => session.Contacts.FindByNumberAsync("+45 32 12 34 56", cancellationToken: Cancellation),
                ]
        )
            await Assert.ThrowsAsync<ObjectDisposedException>(call);
    }

    [Fact]
    public async Task A_disposed_data_source_opens_no_session()
    {
        CallIntelDataSource source = fixture.Database.CreateDataSource();
        await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation);
        await source.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation)
        );
        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.Members.ListAsync(Cancellation));
    }
}

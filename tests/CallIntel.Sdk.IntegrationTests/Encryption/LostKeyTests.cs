using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>
/// Tests a database that lost keys, for example after a failover to a replica that was behind. Nothing is stored under
/// a key that exists only in the memory of a process.
/// </summary>
public sealed class LostKeyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("failover", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_creates_a_new_key_when_the_database_lost_the_cached_one()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("lost key, write", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await session.Ingestion.WriteAsync(Source, [Record("before")], Cancellation);
        await LoseAsync(org);

        IngestReport report = await session.Ingestion.WriteAsync(Source, [Record("after")], Cancellation);

        Assert.Equal(1, report.Inserted);
        Dictionary<string, EventContent?> contents = await session
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .ToDictionaryAsync(e => e.ExternalId!, e => e.Content, cancellationToken: Cancellation);
        Assert.Equal(("after", DecryptResult.Ok), (contents["after"]!.Body, contents["after"]!.Status));
        Assert.Equal(DecryptResult.UnknownKey, contents["before"]!.Status);
    }

    [Fact]
    public async Task A_run_stores_nothing_under_a_lost_key_and_the_next_one_succeeds()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("lost key, run", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await session.Ingestion.IngestAsync(
            Source,
            new[] { Record("before") }.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        await LoseAsync(org);

        CallIntelException lost = await Assert.ThrowsAsync<CallIntelException>(() =>
            session.Ingestion.IngestAsync(
                Source,
                new[] { Record("after") }.ToAsyncEnumerable(),
                cancellationToken: Cancellation
            )
        );
        Assert.Equal((ErrorCodes.KeyLost, true), (lost.Code, lost.IsTransient));
        Assert.Equal(1, await session.Events.ReadAsync(EventFilter.All, Cancellation).CountAsync(Cancellation));

        IngestReport report = await session.Ingestion.IngestAsync(
            Source,
            new[] { Record("after") }.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Assert.Equal(1, report.Inserted);
    }

    [Fact]
    public async Task A_name_is_not_stored_under_a_lost_key()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("lost key, name", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await session.Ingestion.WriteAsync(Source, [Record("before")], Cancellation);
        ConversationEvent stored = await session
            .Events.ReadAsync(EventFilter.All, Cancellation)
            .SingleAsync(Cancellation);
        await LoseAsync(org);

        CallIntelException lost = await Assert.ThrowsAsync<CallIntelException>(() =>
            session.Contacts.SetDisplayNameAsync(stored.Contact!.Value, "Ada", Cancellation)
        );
        Assert.Equal(ErrorCodes.KeyLost, lost.Code);
        await session.Contacts.SetDisplayNameAsync(stored.Contact!.Value, "Ada", Cancellation);
        Assert.Equal("Ada", (await session.Contacts.FindDisplayNameAsync(stored.Contact!.Value, Cancellation))!.Value);
    }

    static EventRecord Record(string id) =>
        GeneratedRecords.Take(1).Single() with
        {
            Party = "+4520000001",
            ExternalId = id,
            Body = id,
            Transcript = null,
            Summary = null,
        };

    async Task LoseAsync(TestOrg org)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            $"delete from callintel_private.data_keys where org_id = '{org.Id}' and purpose = 'person'"
        );
        Assert.True(await command.ExecuteNonQueryAsync(Cancellation) > 0);
    }
}

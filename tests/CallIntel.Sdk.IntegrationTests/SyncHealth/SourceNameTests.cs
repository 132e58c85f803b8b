using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

/// <summary>Tests that renaming, retiring and rejecting sources does not change stored records.</summary>
public sealed class SourceNameTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_of_a_renamed_source_are_duplicates_under_all_its_names()
    {
        await using OrgSession session = await OwnerAsync("renamed");
        Assert.Equal((20, 0), await IngestAsync(session, "first"));
        await session.SyncHealth.RenameSourceAsync("first", "second", Cancellation);
        await session.SyncHealth.RenameSourceAsync("second", "third", Cancellation);
        foreach (string name in (string[])["first", "second", "third"])
        {
            Assert.Equal((0, 20), await IngestAsync(session, name));
            Assert.Equal(
                20,
                (
                    await session.Ingestion.WriteAsync(
                        new IngestSource(name, DefaultRegion: "DK"),
                        [.. GeneratedRecords.Take(20)],
                        Cancellation
                    )
                ).Duplicate
            );
        }
        Assert.Equal(
            "third",
            Assert.Single((await session.SyncHealth.ReadAsync(cancellationToken: Cancellation)).Streams).Source
        );
    }

    /// <summary>Ids of such records are digests of what they say and of the source.</summary>
    [Fact]
    public async Task Records_without_an_id_are_duplicates_after_a_rename()
    {
        await using OrgSession session = await OwnerAsync("digests");
        EventRecord record = GeneratedRecords.Take(1).Single() with { ExternalId = null };
        Assert.Equal(
            1,
            (
                await session.Ingestion.WriteAsync(
                    new IngestSource("plain", DefaultRegion: "DK"),
                    [record],
                    Cancellation
                )
            ).Inserted
        );
        await session.SyncHealth.RenameSourceAsync("plain", "fancy", Cancellation);
        Assert.Equal(
            1,
            (
                await session.Ingestion.WriteAsync(
                    new IngestSource("fancy", DefaultRegion: "DK"),
                    [record],
                    Cancellation
                )
            ).Duplicate
        );
    }

    [Fact]
    public async Task A_source_can_be_renamed_back_to_a_former_name()
    {
        await using OrgSession session = await OwnerAsync("back");
        await IngestAsync(session, "first");
        await session.SyncHealth.RenameSourceAsync("first", "second", Cancellation);
        await session.SyncHealth.RenameSourceAsync("first", "first", Cancellation); // by a former name
        Assert.Equal(
            "first",
            Assert.Single((await session.SyncHealth.ReadAsync(cancellationToken: Cancellation)).Streams).Source
        );
        Assert.Equal((0, 20), await IngestAsync(session, "second"));
        await session.SyncHealth.ExpectAsync("second", new SourceExpectation(TimeSpan.FromHours(3)), Cancellation);
        Assert.Equal(
            TimeSpan.FromHours(3),
            Assert.Single((await session.SyncHealth.ReadAsync(cancellationToken: Cancellation)).Streams).ExpectedEvery
        );
    }

    [Fact]
    public async Task Renaming_rejects_names_used_by_another_source_and_unknown_sources()
    {
        await using OrgSession session = await OwnerAsync("refused names");
        await IngestAsync(session, "one");
        await IngestAsync(session, "two");
        await session.SyncHealth.RenameSourceAsync("two", "zwei", Cancellation);
        Assert.Equal(
            ErrorCodes.InvalidSourceName,
            await CodeAsync(() => session.SyncHealth.RenameSourceAsync("one", "zwei", Cancellation))
        );
        Assert.Equal(
            ErrorCodes.InvalidSourceName,
            await CodeAsync(() => session.SyncHealth.RenameSourceAsync("one", "two", Cancellation))
        );
        Assert.Equal(
            ErrorCodes.InvalidSourceName,
            await CodeAsync(() => session.SyncHealth.RenameSourceAsync("one", new string('x', 201), Cancellation))
        );
        Assert.Equal(
            ErrorCodes.SourceNotFound,
            await CodeAsync(() => session.SyncHealth.RenameSourceAsync("none", "other", Cancellation))
        );
        Assert.Equal(
            ErrorCodes.SourceNotFound,
            await CodeAsync(() => session.SyncHealth.RetireSourceAsync("none", Cancellation))
        );
    }

    [Fact]
    public async Task Only_roles_that_manage_sources_rename_and_retire_the_sources_of_their_org()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("rights", Cancellation),
            other = await fixture.Database.CreateOrgAsync("other", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation),
            member = await org.OpenSessionAsync(OrgRole.Member, Cancellation),
            foreign = await other.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await IngestAsync(owner, "theirs");
        Assert.Equal(
            ErrorCodes.NotAllowed,
            await CodeAsync(() => member.SyncHealth.RenameSourceAsync("theirs", "mine", Cancellation))
        );
        Assert.Equal(
            ErrorCodes.NotAllowed,
            await CodeAsync(() => member.SyncHealth.RetireSourceAsync("theirs", Cancellation))
        );
        Assert.Equal(
            ErrorCodes.SourceNotFound,
            await CodeAsync(() => foreign.SyncHealth.RenameSourceAsync("theirs", "mine", Cancellation))
        );
        Assert.Equal(
            ErrorCodes.SourceNotFound,
            await CodeAsync(() => foreign.SyncHealth.RetireSourceAsync("theirs", Cancellation))
        );
    }

    [Fact]
    public async Task A_retired_source_is_not_in_sync_health_until_it_sends_records_again()
    {
        await using OrgSession session = await OwnerAsync("retired");
        await IngestAsync(session, "old");
        await session.SyncHealth.RetireSourceAsync("old", Cancellation);
        Assert.Empty((await session.SyncHealth.ReadAsync(cancellationToken: Cancellation)).Streams);
        Assert.Equal((0, 20), await IngestAsync(session, "old"));
        Assert.Equal(
            SourceState.Ok,
            Assert.Single((await session.SyncHealth.ReadAsync(cancellationToken: Cancellation)).Streams).State
        );
    }

    [Fact]
    public async Task A_rejected_upload_by_a_member_does_not_affect_the_health_of_the_source()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("refused upload", Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation),
            member = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        EventRecord[] ofColleague =
        [
            .. GeneratedRecords.Take(3).Select(r => r with { Member = org.Members[OrgRole.Owner] }),
        ];
        await IngestAsync(owner, "shared");
        Assert.Equal(
            ErrorCodes.NotAllowed,
            await CodeAsync(() =>
                member.Ingestion.IngestAsync(
                    new IngestSource("shared", DefaultRegion: "DK"),
                    GeneratedRecords.Async(ofColleague),
                    cancellationToken: Cancellation
                )
            )
        );
        Assert.Equal((SourceState.Ok, 0), await StateAsync());

        await Assert.ThrowsAsync<InvalidDataException>(() =>
            owner.Ingestion.IngestAsync(
                new IngestSource("shared", DefaultRegion: "DK"),
                Broken(),
                cancellationToken: Cancellation
            )
        );
        Assert.Equal((SourceState.Failing, 1), await StateAsync());
        Assert.Equal(
            ErrorCodes.NotAllowed,
            await CodeAsync(() =>
                member.Ingestion.IngestAsync(
                    new IngestSource("shared", DefaultRegion: "DK"),
                    GeneratedRecords.Async(ofColleague),
                    cancellationToken: Cancellation
                )
            )
        );
        Assert.Equal((SourceState.Failing, 1), await StateAsync());

        async Task<(SourceState, long)> StateAsync()
        {
            StreamHealth stream = Assert.Single(
                (await owner.SyncHealth.ReadAsync(cancellationToken: Cancellation)).Streams
            );
            return (stream.State, stream.Failures);
        }

        static async IAsyncEnumerable<EventRecord> Broken()
        {
            await Task.Yield();
            foreach (EventRecord record in GeneratedRecords.Take(1))
                yield return record;
            throw new InvalidDataException();
        }
    }

    async Task<OrgSession> OwnerAsync(string name) =>
        await (await fixture.Database.CreateOrgAsync(name, Cancellation)).OpenSessionAsync(OrgRole.Owner, Cancellation);

    static async Task<(long Inserted, long Duplicate)> IngestAsync(OrgSession session, string source)
    {
        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource(source, DefaultRegion: "DK"),
            GeneratedRecords.Async(GeneratedRecords.Take(20)),
            cancellationToken: Cancellation
        );
        return (report.Inserted, report.Duplicate);
    }

    static async Task<string> CodeAsync(Func<Task> call) => (await Assert.ThrowsAsync<CallIntelException>(call)).Code;
}

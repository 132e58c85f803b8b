using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

public sealed class SyncHealthReaderTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("pbx", "csv", "calls", "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_role_sees_the_health_of_its_own_org_and_of_no_other()
    {
        TestOrg own = await fixture.Database.CreateOrgAsync("seen", Cancellation),
            other = await fixture.Database.CreateOrgAsync("unseen", Cancellation);
        await IngestAsync(other, Source with { Name = "theirs" });
        await using (OrgSession viewer = await own.OpenSessionAsync(OrgRole.Viewer, Cancellation))
        {
            SyncHealthReport empty = await viewer.SyncHealth.ReadAsync(cancellationToken: Cancellation);
            Assert.Empty(empty.Streams);
            Assert.Equal((SourceState.NeverRun, null), (empty.WorstState, empty.AsOf));
        }

        await IngestAsync(own, Source);
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        {
            await using OrgSession session = await own.OpenSessionAsync(role, Cancellation);
            SyncHealthReport report = await session.SyncHealth.ReadAsync(cancellationToken: Cancellation);
            StreamHealth stream = Assert.Single(report.Streams);
            Assert.Equal(
                ("pbx", "csv", "calls", SourceState.Ok, false, 0),
                (stream.Source, stream.Kind, stream.Stream, stream.State, stream.Running, stream.Failures)
            );
            Assert.Equal(GeneratedRecords.Take(20).Max(r => r.OccurredAt), stream.Watermark);
            Assert.InRange(report.At, stream.SucceededAt!.Value, stream.SucceededAt.Value.AddMinutes(10));
            Assert.Equal(report.At - stream.Watermark, stream.Lag);
        }
    }

    [Fact]
    public async Task The_worst_stream_is_first_and_every_dashboard_result_includes_its_state()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("worst", Cancellation);
        await IngestAsync(org, Source);
        async IAsyncEnumerable<EventRecord> Broken()
        {
            foreach (EventRecord record in GeneratedRecords.Take(3))
                yield return record;
            await Task.Yield();
            throw new InvalidDataException();
        }
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            owner.Ingestion.IngestAsync(
                Source with
                {
                    Stream = "messages",
                },
                Broken(),
                new IngestOptions { BatchSize = 1 },
                Cancellation
            )
        );

        SyncHealthReport report = await owner.SyncHealth.ReadAsync(cancellationToken: Cancellation);
        Assert.Equal(
            [("messages", SourceState.Failing), ("calls", SourceState.Ok)],
            report.Streams.Select(s => (s.Stream, s.State))
        );
        Assert.Equal(("source_failed", 1), (report.Streams[0].ErrorCode, report.Streams[0].Failures));

        TimeRange range = new(
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero)
        );
        DashboardQuery query = new(range);
        (string Name, SourceState, DateTimeOffset?)[] answers =
        [
            Of("VolumeAsync", await owner.Dashboards.VolumeAsync(range, Grain.Day, Cancellation)),
            Of("BusiestHoursAsync", await owner.Dashboards.BusiestHoursAsync(range, cancellationToken: Cancellation)),
            Of("TopContactsAsync", await owner.Dashboards.TopContactsAsync(range, 5, Cancellation)),
            Of(
                "UnansweredCallsAsync",
                await owner.Dashboards.UnansweredCallsAsync(range, cancellationToken: Cancellation)
            ),
            Of("ResponseTimesAsync", await owner.Dashboards.ResponseTimesAsync(range, Cancellation)),
            Of(
                "AnswerRateAsync",
                await owner.Dashboards.AnswerRateAsync(range, Grain.Day, cancellationToken: Cancellation)
            ),
            Of("MemberActivityAsync", await owner.Dashboards.MemberActivityAsync(range, Cancellation)),
            Of("LineActivityAsync", await owner.Dashboards.LineActivityAsync(range, Cancellation)),
            Of("CallsToReturnAsync", await owner.Dashboards.CallsToReturnAsync(query, 5, null, Cancellation)),
            Of("ThreadsAsync", await owner.Dashboards.ThreadsAsync(query, 5, null, Cancellation)),
            Of("ContactCountsAsync", await owner.Dashboards.ContactCountsAsync(query, Cancellation)),
            Of("CostsAsync", await owner.Dashboards.CostsAsync(query, Cancellation)),
            Of("LeaderboardAsync", await owner.Dashboards.LeaderboardAsync(query, cancellationToken: Cancellation)),
        ];
        Assert.All(answers, a => Assert.Equal((a.Name, report.WorstState, report.AsOf), a));
        // whoever adds a figure adds it here
        Assert.Equal(
            typeof(DashboardReader)
                .GetMethods()
                .Where(m => m.DeclaringType == typeof(DashboardReader))
                .Select(m => m.Name)
                .Distinct()
                .Order(),
            answers.Select(a => a.Name).Order()
        );

        static (string, SourceState, DateTimeOffset?) Of<T>(string name, DashboardAnswer<T> answer) =>
            (name, answer.WorstState, answer.AsOf);
    }

    [Fact]
    public async Task Members_who_manage_sources_set_and_remove_expectations()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("expect", Cancellation);
        await IngestAsync(org, Source);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SourceExpectation expectation = new(TimeSpan.FromMinutes(15), TimeSpan.FromDays(100));
        await admin.SyncHealth.ExpectAsync("pbx", expectation, Cancellation);

        StreamHealth stream = (
            await admin.SyncHealth.ReadAsync(TimeProvider.System.GetUtcNow().AddMinutes(20), Cancellation)
        ).Streams[0];
        Assert.Equal(
            (SourceState.Late, expectation),
            (stream.State, new SourceExpectation(stream.ExpectedEvery, stream.ExpectedLag))
        );
        Assert.Equal(
            1,
            await admin
                .QueryAsync(
                    "select count(*) from callintel.audit_log where action = 'expect' and object = 'sync_sources'",
                    r => r.GetInt64(0),
                    cancellationToken: Cancellation
                )
                .SingleAsync(Cancellation)
        );

        await admin.SyncHealth.ExpectAsync("pbx", new SourceExpectation(), Cancellation);
        Assert.Null((await admin.SyncHealth.ReadAsync(cancellationToken: Cancellation)).Streams[0].ExpectedEvery);
    }

    [Theory]
    [InlineData(OrgRole.Admin, "nowhere", 1, ErrorCodes.SourceNotFound)]
    [InlineData(OrgRole.Admin, "pbx", 0, ErrorCodes.InvalidExpectation)]
    [InlineData(OrgRole.Admin, "pbx", -60, ErrorCodes.InvalidExpectation)]
    [InlineData(OrgRole.Analyst, "pbx", 1, ErrorCodes.NotAllowed)]
    [InlineData(OrgRole.Member, "pbx", 1, ErrorCodes.NotAllowed)]
    public async Task Invalid_expectations_are_rejected_with_an_error_code(
        OrgRole role,
        string source,
        int minutes,
        string code
    )
    {
        await IngestAsync(fixture.Own, Source);
        await IngestAsync(fixture.Foreign, Source with { Name = "nowhere" });
        await using OrgSession session = await fixture.Own.OpenSessionAsync(role, Cancellation);
        TimeSpan span = TimeSpan.FromMinutes(minutes);
        foreach (SourceExpectation expectation in new SourceExpectation[] { new(Every: span), new(Lag: span) })
            Assert.Equal(
                code,
                (
                    await Assert.ThrowsAsync<CallIntelException>(() =>
                        session.SyncHealth.ExpectAsync(source, expectation, Cancellation)
                    )
                ).Code
            );
    }

    [Fact]
    public async Task Times_outside_the_possible_range_are_rejected()
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        foreach (
            DateTimeOffset at in new[]
            {
                DateTimeOffset.MinValue,
                DateTimeOffset.MaxValue,
                DateTimeOffset.UnixEpoch.AddTicks(-1),
            }
        )
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => session.SyncHealth.ReadAsync(at, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            session.SyncHealth.ExpectAsync(" ", new SourceExpectation(), Cancellation)
        );
    }

    static async Task IngestAsync(TestOrg org, IngestSource source)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await session.Ingestion.IngestAsync(
            source,
            GeneratedRecords.Async(GeneratedRecords.Take(20)),
            cancellationToken: Cancellation
        );
    }
}

using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

/// <summary>Tests the health checks as a host registers and executes them.</summary>
public sealed class HealthCheckTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_health_check_reports_the_worst_stream_without_naming_orgs()
    {
        TestOrg good = await fixture.Database.CreateOrgAsync("good", Cancellation),
            bad = await fixture.Database.CreateOrgAsync("bad", Cancellation);
        List<OrgIdentity> identities = [good.As(OrgRole.Viewer), bad.As(OrgRole.Viewer)];
        await using ServiceProvider host = Host(identities, o => o.UnhealthyFrom = SourceState.Stale);

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status); // orgs without streams are no fault
        await IngestAsync(good, fails: false);
        await IngestAsync(bad, fails: false);
        HealthReport report = await CheckAsync(host);
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal(HealthStatus.Healthy, report.Entries["database"].Status);
        Assert.Equal([("Ok", 2), ("orgs", 2), ("streams", 2)], Data(report));

        await using (OrgSession admin = await bad.OpenSessionAsync(OrgRole.Admin, Cancellation))
            await admin.SyncHealth.ExpectAsync(
                "secret name",
                new SourceExpectation(Lag: TimeSpan.FromSeconds(1)),
                Cancellation
            );
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status); // lagging is below the default
        await IngestAsync(bad, fails: true);
        report = await CheckAsync(host);
        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Equal([("Failing", 1), ("Ok", 1), ("orgs", 2), ("streams", 2)], Data(report));
        Assert.Equal("The worst state of 2 streams is Failing.", report.Entries["sync"].Description);

        identities.RemoveAt(1);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        identities.Add(new OrgIdentity(bad.Id, good.Members[OrgRole.Viewer])); // no member there
        report = await CheckAsync(host);
        Assert.Equal(
            (HealthStatus.Unhealthy, "The sources of an org cannot be read: CI0004."),
            (report.Status, report.Entries["sync"].Description)
        );
    }

    [Fact]
    public async Task A_failing_source_makes_a_host_unhealthy_only_if_configured()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("tags", Cancellation);
        await IngestAsync(org, fails: true);
        await using ServiceProvider host = Host([org.As(OrgRole.Viewer)]);
        HealthCheckService checks = host.GetRequiredService<HealthCheckService>();
        HealthReport ready = await checks.CheckHealthAsync(
            check => check.Tags.Contains(DatabaseHealthCheck.Tag),
            Cancellation
        );
        Assert.Equal((HealthStatus.Healthy, "database"), (ready.Status, Assert.Single(ready.Entries).Key));
        HealthReport sources = await checks.CheckHealthAsync(
            check => check.Tags.Contains(SyncHealthCheck.Tag),
            Cancellation
        );
        Assert.Equal((HealthStatus.Degraded, "sync"), (sources.Status, Assert.Single(sources.Entries).Key));
    }

    [Fact]
    public async Task Configured_thresholds_decide_between_degraded_and_unhealthy()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("thresholds", Cancellation);
        await IngestAsync(org, fails: false);
        await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
            await admin.SyncHealth.ExpectAsync(
                "secret name",
                new SourceExpectation(Lag: TimeSpan.FromSeconds(1)),
                Cancellation
            );
        foreach (
            (SourceState degraded, SourceState unhealthy, HealthStatus expected) in new[]
            {
                (SourceState.Lagging, SourceState.Late, HealthStatus.Degraded),
                (SourceState.Lagging, SourceState.Lagging, HealthStatus.Unhealthy),
            }
        )
        {
            await using ServiceProvider host = Host([org.As(OrgRole.Viewer)], o =>
                (o.DegradedFrom, o.UnhealthyFrom) = (degraded, unhealthy)
            );
            Assert.Equal(expected, (await CheckAsync(host)).Status);
        }
    }

    [Fact]
    public async Task An_unreachable_database_is_unhealthy_with_an_error_code()
    {
        await using ServiceProvider host = Host(
            [fixture.Own.As(OrgRole.Viewer)],
            database: "Host=127.0.0.1;Port=1;Username=callintel_app;Database=x;Timeout=2"
        );
        HealthReport report = await CheckAsync(host);
        Assert.Equal("CI0010: the database cannot be used.", report.Entries["database"].Description);
        Assert.Equal("The sources of an org cannot be read: CI0010.", report.Entries["sync"].Description);
    }

    [Fact]
    public void A_check_needs_at_least_one_org_and_without_sources_checks_only_the_database()
    {
        ServiceCollection services = [];
        ICallIntelBuilder builder = services.AddCallIntel(_ => { });
        Assert.Equal(
            ErrorCodes.InvalidOptions,
            Assert.Throws<CallIntelException>(() => builder.AddHealthChecks(_ => { })).Code
        );
        builder.AddHealthChecks();
        Assert.Contains(services, s => s.ServiceType == typeof(DatabaseHealthCheck));
        Assert.DoesNotContain(services, s => s.ServiceType == typeof(SyncHealthCheck));
    }

    ServiceProvider Host(
        IReadOnlyCollection<OrgIdentity> identities,
        Action<SyncHealthCheckOptions>? configure = null,
        string? database = null
    )
    {
        ServiceCollection services = [];
        services.AddLogging();
        services
            .AddCallIntel(options =>
                (options.ConnectionString, options.SigningKeys) = (
                    database ?? fixture.Database.AppConnectionString,
                    fixture.Database.SigningKeys
                )
            )
            .AddFieldEncryption(keys =>
                keys.UseKeyRingFile(fixture.Database.RootKeyFile, Crypto.Keys.KeyRingProtection.FileModeOnly)
            )
            .AddHealthChecks(options =>
            {
                options.Identities = (_, _) => Task.FromResult(identities);
                configure?.Invoke(options);
            });
        services
            .AddHealthChecks()
            .AddCheck<DatabaseHealthCheck>("database", tags: [DatabaseHealthCheck.Tag])
            .AddCheck<SyncHealthCheck>("sync", tags: [SyncHealthCheck.Tag]);
        return services.BuildServiceProvider();
    }

    static Task<HealthReport> CheckAsync(ServiceProvider host) =>
        host.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation);

    static IEnumerable<(string, int)> Data(HealthReport report) =>
        report.Entries["sync"].Data.Select(d => (d.Key, (int)d.Value)).OrderBy(d => d.Key, StringComparer.Ordinal);

    static async Task IngestAsync(TestOrg org, bool fails)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Task<IngestReport> run = session.Ingestion.IngestAsync(
            new IngestSource("secret name"),
            Records(),
            cancellationToken: Cancellation
        );
        if (fails)
            await Assert.ThrowsAsync<InvalidDataException>(() => run);
        else
            await run;

        async IAsyncEnumerable<EventRecord> Records()
        {
            foreach (EventRecord record in GeneratedRecords.Take(5))
                yield return record;
            await Task.Yield();
            if (fails)
                throw new InvalidDataException();
        }
    }
}

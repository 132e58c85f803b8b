using System.Diagnostics;
using System.Text.Json;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Cli.Tests;

/// <summary>Background work by the command line: a worker in its own process, and the jobs of an org.</summary>
public sealed class JobsCommandTests(CliFixture fixture)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_runs_the_jobs_of_an_org_until_it_is_interrupted()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Guid first = (await owner.Keys.EnqueueRotationAsync(Cancellation)).Value,
            second = (await owner.Keys.EnqueueBlindIndexRotationAsync(Cancellation)).Value;

        JsonElement listed = (await CliRun.RunAsync(environment, "jobs", "list", "--json")).Result();
        Assert.Equal(
            [(first, "waiting"), (second, "waiting")],
            listed
                .GetProperty("jobs")
                .EnumerateArray()
                .Select(j => (j.GetProperty("id").GetGuid(), j.GetProperty("state").GetString()))
        );
        Assert.Equal(0, (await CliRun.RunAsync(environment, "jobs", "retry", $"{second}")).ExitCode);
        Assert.Equal(0, (await CliRun.RunAsync(environment, "jobs", "drop", $"{second}")).ExitCode);
        Assert.Equal(1, (await CliRun.RunAsync(environment, "jobs", "drop", $"{second}")).ExitCode);
        Assert.Equal(
            "CI0301",
            (await CliRun.RunAsync(environment, "jobs", "retry", $"{second}", "--json")).Failure().Code
        );

        using Process worker = CliRun.Start(environment, ["worker", "--json"]);
        Task<CliRun> waiting = CliRun.WaitAsync(worker);
        while (await owner.Jobs.ListAsync(Cancellation).AnyAsync(Cancellation))
        {
            Assert.False(worker.HasExited);
            await Task.Delay(50, Cancellation);
        }
        await Process.Start("kill", ["-INT", $"{worker.Id}"]).WaitForExitAsync(Cancellation);
        Assert.Equal(0, (await waiting).ExitCode);
        Assert.Equal([1], await owner.Keys.DestroyOldEpochsAsync(Cancellation));
    }

    [Fact]
    public async Task Tasks_of_operations_run_once_when_they_are_due()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        Dictionary<string, string?> environment = new()
        {
            ["CALLINTEL_ADMIN_CONNECTION"] = database.AdminConnectionString,
        };
        JsonElement done = (await CliRun.RunAsync(environment, "worker", "--ops", "--once", "--json")).Result();
        Assert.Contains("ensure_partitions", done.GetProperty("tasks").EnumerateArray().Select(t => t.GetString()));
        JsonElement again = (await CliRun.RunAsync(environment, "worker", "--ops", "--once", "--json")).Result();
        Assert.Empty(again.GetProperty("tasks").EnumerateArray());
        Assert.Equal(2, (await CliRun.RunAsync(environment, "worker", "--once")).ExitCode);
    }
}

using System.Text.Json;
using CallIntel.Sdk;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Cli.Tests;

/// <summary>Text search and questions by the command line.</summary>
public sealed class SearchCommandTests(CliFixture fixture)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_turns_text_search_on_and_off_and_sees_its_state()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        Dictionary<string, string?> owner = fixture.ApplicationEnvironment(database, org);
        Assert.False(await IsEnabledAsync(owner));
        JsonElement enabled = (
            await CliRun.RunAsync(owner, "search", "enable", "--language", "danish", "--json")
        ).Result();
        Assert.Equal("Danish", enabled.GetProperty("language").GetString());
        Assert.True(await IsEnabledAsync(owner));
        CliRun status = await CliRun.RunAsync(owner, "search", "status");
        Assert.Contains("Text search is on (Danish)", status.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CliRun.RunAsync(owner, "search", "disable")).ExitCode);
        Assert.False(await IsEnabledAsync(owner));

        Assert.Equal(2, (await CliRun.RunAsync(owner, "search", "enable", "--language", "klingon")).ExitCode);
        (await CliRun.RunAsync(owner, "search", "enable", "--language", "99")).AssertFailed(
            2,
            ErrorCodes.InvalidCommand
        );
        string analyst = org.Members[OrgRole.Analyst].ToString();
        (await CliRun.RunAsync(owner, "search", "enable", "--member", analyst)).AssertFailed(4, "CI0005");
        Assert.False(await IsEnabledAsync(owner));
    }

    [Fact]
    public async Task A_question_is_answered_for_people_and_for_programs()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        await using (OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await session.Ingestion.WriteAsync(
                new IngestSource("pbx"),
                [
                    .. Enumerable
                        .Range(0, 3)
                        .Select(i => new EventRecord
                        {
                            OccurredAt = new DateTimeOffset(2026, 2, 3 + i, 12, 0, 0, TimeSpan.Zero),
                            Channel = EventChannel.Call,
                            Direction = EventDirection.Inbound,
                            Outcome = EventOutcome.Missed,
                            Party = "+4532123456",
                            ExternalId = $"{i}",
                        }),
                ],
                Cancellation
            );
        CliRun run = await CliRun.RunAsync(
            environment,
            "ask",
            "missed calls in February 2026 compared to the month before",
            "--time-zone",
            "Europe/Copenhagen"
        );
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("(Europe/Copenhagen)", run.Output, StringComparison.Ordinal);
        Assert.Contains("3  (before: 0)", run.Output, StringComparison.Ordinal);
        JsonElement answer = (
            await CliRun.RunAsync(environment, "ask", "missed calls in February 2026", "--json")
        ).Result();
        Assert.Equal(3, answer.GetProperty("rows")[0].GetProperty("value").GetDouble());

        CliRun refused = await CliRun.RunAsync(environment, "ask", "what is the weather like", "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal("UnknownWord", refused.Result().GetProperty("refusal").GetProperty("reason").GetString());
        (await CliRun.RunAsync(environment, "ask", "calls today", "--time-zone", "Mars/Olympus")).AssertFailed(
            4,
            "CI0025"
        );
        Assert.Equal(2, (await CliRun.RunAsync(environment, "ask")).ExitCode);
    }

    static async Task<bool> IsEnabledAsync(Dictionary<string, string?> environment) =>
        (await CliRun.RunAsync(environment, "search", "status", "--json"))
            .Result()
            .GetProperty("isEnabled")
            .GetBoolean();
}

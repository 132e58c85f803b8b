using CallIntel.Sdk.Testing;

namespace CallIntel.Cli.Tests;

/// <summary>What an import says about records that it had to guess, and about files it does not know.</summary>
public sealed class ImportGuessTests(CliFixture fixture)
{
    const string Mapping = """
        { "time": { "field": "at" }, "channel": { "constant": "call" }, "direction": { "constant": "inbound",
          "assumed": ["*"] }, "party": { "field": "party" }, "externalId": "id" }
        """;

    static readonly Dictionary<string, string?> EmptyEnvironment = [];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Guessed_times_and_directions_are_counted_by_a_dry_run_and_by_an_import()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        string file = fixture.Write(
                "guess.csv",
                "id,at,party,seconds\n1,2026-01-05 10:00:00 PM,+4520123456,5\n2,2026-01-05 10:01:00,+4520123456,5\n"
                    + "3,2026-01-05T10:02:00Z,+4520123456,5\n"
            ),
            mapping = fixture.Write("guess.json", Mapping);
        string[] import = ["import", file, "--source", "pbx", "--mapping", mapping];

        CliRun dry = await CliRun.RunAsync(EmptyEnvironment, [.. import, "--dry-run", "--explain"]);
        Assert.Equal(0, dry.ExitCode);
        foreach (
            string part in (string[])
                [
                    "2 with a time that is a guess: it has no offset, and is read as UTC",
                    "3 with a direction that is a guess",
                    "2026-01-05 22:00:00 +00:00",
                    "the time is a guess: it has no offset",
                ]
        )
            Assert.Contains(part, dry.Output, StringComparison.Ordinal);

        CliRun stored = await CliRun.RunAsync(fixture.ApplicationEnvironment(database, org), [.. import, "--json"]);
        Assert.Equal(
            (3, 2, 3),
            (Number(stored, "inserted"), Number(stored, "assumedTimes"), Number(stored, "assumedDirections"))
        );
        CliRun again = await CliRun.RunAsync(fixture.ApplicationEnvironment(database, org), import);
        Assert.Contains("2 with a time that is a guess", again.Output, StringComparison.Ordinal);
        Assert.Contains("3 with a direction that is a guess", again.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    public async Task An_empty_file_is_named_as_such(string text) =>
        Assert.Contains(
            "is empty",
            (
                await CliRun.RunAsync(
                    EmptyEnvironment,
                    ["import", fixture.Write("empty.csv", text), "--source", "a", "--dry-run"]
                )
            ).Errors,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_mapping_is_proposed_for_a_JSON_file()
    {
        string file = fixture.Write(
            "calls.json",
            """{"calls":[{"id":1,"started_at":1767607200,"direction":"inbound","phone_number":"+4520123456"}]}"""
        );
        CliRun proposed = await CliRun.RunAsync(EmptyEnvironment, ["mapping", "init", file]);
        Assert.Equal(0, proposed.ExitCode);
        string mapping = fixture.Write("proposed.json", proposed.Output);
        CliRun dry = await CliRun.RunAsync(
            EmptyEnvironment,
            ["import", file, "--source", "a", "--mapping", mapping, "--dry-run"]
        );
        Assert.Contains("1 read, 1 would be stored", dry.Output, StringComparison.Ordinal);
    }

    static int Number(CliRun run, string property) => run.Result().GetProperty(property).GetInt32();
}

using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel org create</c>: creates an org with its owner.</summary>
static class OrgCommand
{
    static readonly Argument<string> Name = new("name") { Description = "The name of the org." };

    internal static Command Create() =>
        new("org", "Manage orgs.")
        {
            CommandLine.Create(
                "create",
                "Create an org, whose owner is the member of --member. Without --org and --member, the ids are random; "
                    + "they are printed.",
                RunAsync,
                Name,
                CommandLine.Org,
                CommandLine.Member
            ),
        };

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        string name = arguments.GetRequiredValue(Name);
        if (string.IsNullOrWhiteSpace(name))
            throw SettingsReader.Wrong("The org has no name.", "Pass a name.");
        // Not those of the environment, which belong to an org that exists.
        settings = settings with
        {
            Org = arguments.GetValue(CommandLine.Org) ?? ApplicationDatabase.RandomId(),
            Member = arguments.GetValue(CommandLine.Member) ?? ApplicationDatabase.RandomId(),
        };
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings);
        OrgIdentity owner = await database.CreateOrgAsync(name, cancellationToken).ConfigureAwait(false);
        return new Outcome(
            ExitCode.Ok,
            new
            {
                Name = name,
                Org = owner.Org.ToString(),
                Owner = owner.Member.ToString(),
            },
            console =>
            {
                console.WriteLine($"org    {owner.Org}");
                console.WriteLine($"owner  {owner.Member}");
                console.WriteLine("Set CALLINTEL_ORG and CALLINTEL_MEMBER to them to act as the owner.");
            }
        );
    }
}

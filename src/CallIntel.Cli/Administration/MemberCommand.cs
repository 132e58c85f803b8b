using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel member add</c>: gives a member a role.</summary>
static class MemberCommand
{
    static readonly Argument<string> Role = new("role")
    {
        Description =
            "The role: " + string.Join(", ", Enum.GetNames<OrgRole>().Select(r => r.ToLowerInvariant())) + ".",
    };

    static readonly Option<string?> Id = new("--id")
    {
        Description = "The id of the member, for example the user id of the host application. Default: a random id.",
    };

    internal static Command Create() =>
        new("member", "Manage the members of an org.")
        {
            CommandLine.Create(
                "add",
                "Add a member to the org, or change the role of one. Prints the id of the member.",
                RunAsync,
                Role,
                Id,
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
        if (
            !Enum.TryParse(arguments.GetRequiredValue(Role), ignoreCase: true, out OrgRole role)
            || !Enum.IsDefined(role)
        )
            throw SettingsReader.Wrong("Unknown role.", Role.Description!);
        MemberId member = new(
            ApplicationDatabase.ParseId(arguments.GetValue(Id) ?? ApplicationDatabase.RandomId(), "id")
        );
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments));
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await session.Members.SetRoleAsync(member, role, cancellationToken).ConfigureAwait(false);
        return new Outcome(
            ExitCode.Ok,
            new { Member = member.ToString(), Role = role.ToString().ToLowerInvariant() },
            console => console.WriteLine($"{member}  {role.ToString().ToLowerInvariant()}")
        );
    }
}

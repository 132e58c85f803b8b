using CallIntel.Sdk;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Lines;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>The code of docs/guides/lines-and-teams.md. <see cref="ReadmeTests"/> compares the two.</summary>
static class LinesAndTeamsSnippets
{
    internal static async Task DescribeAsync(OrgSession session, MemberId anna)
    {
        LineId support = await session.Lines.AddAsync("32 12 34 56", label: "Support", region: "DK");
        await session.Lines.AddAsync("+45 32 12 34 57", anna, "Anna's desk");
        await session.Members.SetDisplayNameAsync(anna, "Anna Jensen");

        TeamId team = await session.Teams.CreateAsync("Support");
        await session.Teams.AddMemberAsync(team, anna);

        await session.Organization.SetBusinessHoursAsync(
            new BusinessHours(
                "Europe/Copenhagen",
                [
                    new OpeningHours(DayOfWeek.Monday, new TimeOnly(9, 0), new TimeOnly(17, 0)),
                    new OpeningHours(DayOfWeek.Friday, new TimeOnly(9, 0), new TimeOnly(15, 30)),
                ],
                [new DateOnly(2026, 12, 25)]
            )
        );

        foreach (Line line in await session.Lines.ListAsync())
            Console.WriteLine($"{line.Id} {line.Number ?? "(hidden)"} {line.Label}");
        foreach ((MemberId member, MemberProfile profile) in await session.Members.ListProfilesAsync())
            Console.WriteLine($"{member} {profile.Role} {profile.Name?.Value}");

        await session.Lines.AssignAsync(support, anna);
    }
}

using CallIntel.Sdk.Tenancy;

namespace CallIntel.TenantApi.Demo;

/// <summary>A member of the demo org.</summary>
/// <param name="Name">The name that the page shows.</param>
/// <param name="Role">The role in the org.</param>
/// <param name="Line">The member's own telephone line; null if the member answers no calls.</param>
/// <param name="Skill">The share of calls that the member answers, 0 to 1.</param>
sealed record DemoMember(string Name, OrgRole Role, string? Line = null, double Skill = 0)
{
    public MemberId Id { get; } = MemberId.FromName("demo", Name);
}

/// <summary>A customer of the demo org.</summary>
sealed record DemoCustomer(string Name, string Number);

/// <summary>
/// The invented people of the demo. All numbers are from the ranges that Ofcom reserves for drama, so nobody can have
/// them.
/// </summary>
static class DemoPeople
{
    public const string OrgName = "Harbour Cycles";
    public const string TimeZone = "Europe/London";
    public const string MainLine = "+442079460100";
    public const string WorkshopLine = "+442079460101";

    /// <summary>The name of the contact that is hidden from everybody without a purpose.</summary>
    public static readonly DemoCustomer Hidden = new("Beatrix Quill", "+447700900999");

    /// <summary>How many of the customers wait for a call back.</summary>
    public const int Waiting = 7;

    /// <summary>The members who can sign in, one for each role, and two colleagues who take calls.</summary>
    public static readonly IReadOnlyList<DemoMember> Members =
    [
        new("Olivia Reyes", OrgRole.Owner),
        new("Adam Clarke", OrgRole.Admin, "+442079460110", 0.9),
        new("Ana Lindqvist", OrgRole.Analyst),
        new("Max Carter", OrgRole.Member, "+442079460111", 0.8),
        new("Vera Novak", OrgRole.Viewer),
        new("Priya Shah", OrgRole.Member, "+442079460112", 0.95),
        new("Tom Hale", OrgRole.Member, "+442079460113", 0.65),
    ];

    public static readonly IReadOnlyList<DemoMember> SignIns = [.. Members.DistinctBy(member => member.Role)];

    static readonly string[] FirstNames =
    [
        "Amelia",
        "Arthur",
        "Bella",
        "Callum",
        "Daisy",
        "Edward",
        "Freya",
        "George",
        "Hannah",
        "Isaac",
        "Jasmine",
        "Kieran",
        "Lucy",
        "Mohammed",
        "Niamh",
        "Oscar",
        "Phoebe",
        "Ravi",
        "Sofia",
        "Theo",
    ];

    static readonly string[] LastNames =
    [
        "Ashworth",
        "Barker",
        "Chaudhry",
        "Dawson",
        "Ellis",
        "Fletcher",
        "Garner",
        "Hughes",
        "Iqbal",
        "Jennings",
        "Kaur",
        "Lawson",
        "Mercer",
        "Nolan",
        "Osborne",
        "Parry",
        "Quinn",
        "Rhodes",
        "Sutton",
        "Turner",
    ];

    public static readonly IReadOnlyList<DemoCustomer> Customers =
    [
        .. Enumerable
            .Range(0, 80)
            .Select(i => new DemoCustomer(
                $"{FirstNames[i % 20]} {LastNames[(i * 7 + i / 20) % 20]}",
                $"+447700900{i + 100}"
            )),
    ];

    public static DemoMember With(OrgRole role) => SignIns.Single(member => member.Role == role);
}

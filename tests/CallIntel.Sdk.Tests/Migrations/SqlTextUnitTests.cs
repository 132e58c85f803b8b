using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.Migrations;

/// <summary>
/// Tests conventions of the SQL files: their width, and a comment with the name after each number that has a meaning,
/// for example <c>32 /* ingest */</c>. The server discards such comments.
/// </summary>
public sealed partial class SqlTextUnitTests
{
    const int Width = 120;

    static readonly SqlScript[] Package = [.. SqlPackage.Scripts, .. SqlPackage.SupabaseScripts];

    static readonly Dictionary<string, long> Permissions = Enum.GetValues<Permission>()
        .ToDictionary(p => SnakeCase(p.ToString()), p => (long)p);

    static readonly Dictionary<string, long> Capabilities = new()
    {
        ["create_org"] = SessionToken.CreateOrg,
        ["accept_invitation"] = SessionToken.AcceptInvitation,
    };

    static readonly Dictionary<string, long> Locks = new()
    {
        ["migration"] = AdvisoryLocks.Migration,
        ["package"] = AdvisoryLocks.Package,
        ["org_merges"] = AdvisoryLocks.OrgMerges,
        ["partitions"] = AdvisoryLocks.Partitions,
        ["root_rewrap"] = AdvisoryLocks.RootRewrap,
        ["first_slot"] = AdvisoryLocks.FirstSlot,
    };

    // those whose parameter is a mask
    static readonly string AskingFunctions = string.Join(
        '|',
        Package.SelectMany(script => AskingFunction().Matches(script.Text)).Select(match => match.Groups[1].Value)
    );

    public static TheoryData<string> Files { get; } = [.. Package.Select(script => script.Name)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Lines_have_at_most_120_columns(string file) =>
        Assert.All(Text(file).Split('\n'), line => Assert.InRange(line.Length, 0, Width));

    [Theory]
    [MemberData(nameof(Files))]
    public void Permission_bits_in_SQL_have_a_comment_with_their_name(string file) =>
        Assert.Empty(UnnamedBits(Text(file)));

    [Theory]
    [InlineData("if permissions & 32 = 0 then")]
    [InlineData("if permissions & 32 /* write_contacts */ = 0 then")]
    [InlineData("if permissions & 32 /* ingest */ = 16 then")]
    [InlineData("select c.permissions & 48 /* ingest */ > 0")]
    [InlineData("select permissions & ~4096::bigint")]
    [InlineData("case permissions & 6144 /* see_restricted | see_hidden */ when 2048 then 2 end")]
    [InlineData("perform callintel_private.require(32);")]
    [InlineData("perform callintel_private.require_any(96 /* ingest */);")]
    [InlineData("from callintel_private.visible_contacts(\n    8) v")]
    [InlineData("select 1 from callintel_private.lock_roles(128 /* manage_privacy */)")]
    [InlineData("    (10, 'viewer', 19),")]
    [InlineData("    (40, 'admin', 40959 /* all except manage_keys */),")]
    [InlineData("if claims.capabilities & (1::bigint << 40) = 0 then")]
    [InlineData("if claims.capabilities & (1::bigint << 40 /* accept_invitation */) = 0 then")]
    [InlineData("select 7 /* no_permission */")]
    public void A_permission_bit_without_its_correct_name_is_reported(string text) =>
        Assert.NotEmpty(UnnamedBits(text));

    [Theory]
    [MemberData(nameof(Files))]
    public void Advisory_locks_in_SQL_have_a_comment_with_their_name(string file) =>
        Assert.Empty(UnnamedLocks(Text(file)));

    [Theory]
    [InlineData("perform pg_advisory_xact_lock(1128875850, lock_number);")]
    [InlineData("perform pg_advisory_xact_lock_shared(1128875849 /* org_merges */, lock_number);")]
    [InlineData("exit when pg_try_advisory_xact_lock(1128875849 /* package */, 16 + slot);")]
    [InlineData("perform pg_advisory_xact_lock(lock_class, 1 /* partitions */);")]
    public void An_advisory_lock_without_its_correct_name_is_reported(string text) =>
        Assert.NotEmpty(UnnamedLocks(text));

    [Fact]
    public void The_list_of_advisory_locks_is_complete()
    {
        string list = Text("functions/R__advisory_locks.sql").Split("set role")[0];
        Assert.Equal(
            Locks.Select(l => (l.Key, l.Value)).Order(),
            ListedLock()
                .Matches(list)
                .Select(m => (m.Groups["name"].Value, Number(m.Groups["number"].Value)))
                .Distinct()
                .Order()
        );
    }

    static string Text(string file) => Package.Single(script => script.Name == file).Text;

    static IEnumerable<string> UnnamedBits(string text)
    {
        string code = LineComment().Replace(text, "");
        Regex asked = new($@"\b(?:{AskingFunctions})\(\s*{Named}", RegexOptions.CultureInvariant);
        foreach (Regex use in (Regex[])[MaskedBits(), asked, Case(), RoleRow()])
        foreach (Match match in use.Matches(code))
            if (!IsNamed(match, Permissions))
                yield return match.Value;
        // what the bits are compared with: nothing, all of them, or some of them by name
        foreach (Match match in ComparedBits().Matches(code))
            if (
                match.Groups["number"].Value is not "0" and string number
                && number != match.Groups["mask"].Value
                && !IsNamed(match, Permissions)
            )
                yield return match.Value;
        foreach (Match match in ShiftedBit().Matches(code))
            if (
                !Capabilities.TryGetValue(match.Groups["names"].Value.Trim(), out long capability)
                || capability != 1L << (int)Number(match.Groups["number"].Value)
            )
                yield return match.Value;
        // and no comment behind a number is a name of nothing
        foreach (Match match in AnyNamed().Matches(code))
            if (
                !IsNamed(match, Permissions)
                && !IsNamed(match, Locks)
                && !Capabilities.ContainsKey(match.Groups["names"].Value.Trim())
            )
                yield return match.Value;
    }

    static IEnumerable<string> UnnamedLocks(string text)
    {
        foreach (Match match in AdvisoryLock().Matches(LineComment().Replace(text, "")))
        {
            Match first = AnyNumber().Match(match.Groups["first"].Value);
            if (!first.Success || !IsNamed(first, Locks))
                yield return match.Value;
            // the second number is one by name, or a column
            Match second = AnyNumber().Match(match.Groups["second"].Value);
            if (second.Success && second.Index == 0 && !IsNamed(second, Locks))
                yield return match.Value;
        }
    }

    static bool IsNamed(Match match, Dictionary<string, long> values)
    {
        string names = Spaces().Replace(match.Groups["names"].Value, " ").Trim();
        long sum = 0;
        const string Except = "all except ";
        bool isComplement = names.StartsWith(Except, StringComparison.Ordinal);
        foreach (string name in (isComplement ? names[Except.Length..] : names).Split(" | "))
        {
            if (!values.TryGetValue(name, out long value))
                return false;
            sum |= value;
        }
        return Number(match.Groups["number"].Value) == (isComplement ? (long)Permission.All & ~sum : sum);
    }

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    static string SnakeCase(string name) =>
        Capital().Replace(name, m => (m.Index == 0 ? "" : "_") + char.ToLowerInvariant(m.Value[0]));

    const string Named = @"(?<number>\d+)(?:\s*/\*(?<names>[^*]*)\*/)?";

    [GeneratedRegex(Named, RegexOptions.CultureInvariant)]
    private static partial Regex AnyNumber();

    [GeneratedRegex(@"(?<number>\d+)\s*/\*(?<names>[^*]*)\*/", RegexOptions.CultureInvariant)]
    private static partial Regex AnyNamed();

    /// <summary>A bit-wise and. The only other one is of a time, in new_id.</summary>
    [GeneratedRegex(@"(?<!\bmoment )&\s*~?" + Named, RegexOptions.CultureInvariant)]
    private static partial Regex MaskedBits();

    [GeneratedRegex(@"&\s*~?(?<mask>\d+)\s*/\*[^*]*\*/\s*(?:=|<>)\s*" + Named, RegexOptions.CultureInvariant)]
    private static partial Regex ComparedBits();

    [GeneratedRegex(@"\bwhen\s+" + Named + @"\s+then\b", RegexOptions.CultureInvariant)]
    private static partial Regex Case();

    /// <summary>A row of the permission matrix.</summary>
    [GeneratedRegex(@"\(\d+, '[a-z]+', " + Named + @"\)", RegexOptions.CultureInvariant)]
    private static partial Regex RoleRow();

    [GeneratedRegex(@"\b1::bigint\s*<<\s*" + Named, RegexOptions.CultureInvariant)]
    private static partial Regex ShiftedBit();

    [GeneratedRegex(
        @"create or replace function callintel_private\.(\w+)\(\s*(?:permission|choices|needed) bigint",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex AskingFunction();

    [GeneratedRegex(
        @"\bpg_\w*advisory_\w*lock\w*\((?<first>[^,()]*),\s*(?<second>[^;]*)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex AdvisoryLock();

    [GeneratedRegex(@"(?<=  )(?<number>\d+) (?<name>\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex ListedLock();

    [GeneratedRegex(@"--[^\n]*", RegexOptions.CultureInvariant)]
    private static partial Regex LineComment();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();

    [GeneratedRegex("[A-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex Capital();
}

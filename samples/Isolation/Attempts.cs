using System.Data.Common;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Study;

namespace CallIntel.Isolation;

/// <summary>An attempt to read rows that the actor must not see, and its result.</summary>
/// <param name="Who">The actor: a role, or injected SQL.</param>
/// <param name="Tried">What the actor attempted.</param>
/// <param name="Happened">The result: the rows that were returned, or the error.</param>
/// <param name="ForeignRows">The number of rows in the result that the actor must not see.</param>
/// <param name="Held">
/// Whether the result is the expected one, without such a row. A query that fails for another reason proves nothing.
/// </param>
sealed record Attempt(string Who, string Tried, string Happened, long ForeignRows, bool Held);

/// <summary>
/// An application whose search box allows SQL injection: it inserts the text into the statement. Every attack runs as
/// the database role of the application, in the session of an analyst of Even &amp; Co, and targets Odd &amp; Sons.
/// </summary>
static class Attempts
{
    const string Nothing = "nothing",
        OwnRows = "own rows",
        Forge = "set_config('callintel.context', '{0:n}' || substr(current_setting('callintel.context'), 33), true)";

    public static async Task<IReadOnlyList<Attempt>> RunAsync(CallIntelDataSource source, CancellationToken stop)
    {
        DemoOrg mine = DemoOrg.Even,
            other = mine.Other;
        Guid theirs = other.Id.Value;
        OrgIdentity intruder = new(other.Id, mine.As(OrgRole.Owner).Member);
        await using OrgSession analyst = await source.OpenSessionAsync(mine.As(OrgRole.Analyst), stop);
        await using OrgSession viewer = await source.OpenSessionAsync(mine.As(OrgRole.Viewer), stop);
        await using OrgSession line = await source.OpenSessionAsync(mine.As(OrgRole.Member), stop);
        await using OrgSession stranger = await source.OpenSessionAsync(intruder, stop);

        bool IsTheirs(DbDataReader row) => !row.IsDBNull(0) && row.GetGuid(0) == theirs;
        bool IsOfOthers(DbDataReader row) => row.IsDBNull(0) || row.GetGuid(0) != line.Identity.Member.Value;
        List<Attempt> attempts = [];
        async Task Try(
            OrgSession who,
            string role,
            string tried,
            string sql,
            string expected,
            Func<DbDataReader, bool>? isForeign = null
        ) => attempts.Add(await RunAsync(who, role, tried, sql, isForeign ?? IsTheirs, expected, stop));
        Task Inject(string tried, string text, string expected) =>
            Try(
                analyst,
                "injection",
                tried,
                $"select org_id from callintel.events where external_id = '{text}'",
                expected
            );
        const string Numbers = "select org_id, number from callintel.contact_numbers",
            Contents = "select org_id, body from callintel.event_contents",
            Random = "' union all select gen_random_uuid() ";
        string forged = Forge.Replace("{0:n}", $"{theirs:n}", StringComparison.Ordinal),
            stolen = $"(select org_id from callintel.events where org_id = '{theirs}' limit 1)";

        await Try(
            stranger,
            "owner",
            $"open a session of {other.Name}",
            "select org_id from callintel.events",
            "CI0004"
        );
        await Inject("' or org_id = '<other org>'", $"' or org_id = '{theirs}' --", Nothing);
        await Inject("' or true", "' or true --", OwnRows);
        await Inject("' union select from orgs", "' union all select org_id from callintel.orgs --", OwnRows);
        await Inject(
            "forge the session context with set_config",
            $"' union all select case when {forged} <> '' then {stolen} end --",
            "CI0001"
        );
        await Inject(
            "become the table owner with set_config('role')",
            $"{Random} where set_config('role', 'callintel_owner', true) <> '' --",
            "CI0005"
        );
        await Inject("read the signing keys", $"{Random} from callintel_private.signing_keys --", "CI0005");
        await Inject(
            "read a partition directly",
            "' union all select org_id from callintel_private.events_2026_01 --",
            "CI0005"
        );
        await Inject("add a second statement", "'; delete from callintel.events --", "CI0019");
        await Try(analyst, "analyst", "read the content of messages", Contents, OwnRows);
        await Try(viewer, "viewer", "read the content of messages", Contents, Nothing, _ => true);
        await Try(analyst, "analyst", "read the numbers of contacts", Numbers, OwnRows);
        await Try(viewer, "viewer", "read the numbers of contacts", Numbers, Nothing, _ => true);
        await Try(line, "member", "read all events", "select member_id from callintel.events", OwnRows, IsOfOthers);
        return attempts;
    }

    /// <param name="expected">The code of a refusal, or which rows the actor gets.</param>
    static async Task<Attempt> RunAsync(
        OrgSession session,
        string who,
        string tried,
        string sql,
        Func<DbDataReader, bool> isForeign,
        string expected,
        CancellationToken stop
    )
    {
        long rows = 0,
            foreign = 0;
        try
        {
            await foreach (bool forbidden in session.QueryAsync(sql, isForeign, cancellationToken: stop))
                (rows, foreign) = (rows + 1, foreign + (forbidden ? 1 : 0));
        }
        catch (CallIntelException e)
        {
            string refusal = $"refused with {e.Code}: {e.Problem}";
            return new Attempt(who, tried, refusal, foreign, foreign == 0 && e.Code == expected);
        }
        string happened =
            foreign > 0 ? $"{foreign:N0} ROWS OF OTHERS"
            : rows == 1 ? "1 row of their own"
            : rows > 0 ? $"{rows:N0} rows, all of their own"
            : "no rows";
        bool held = foreign == 0 && expected == (rows > 0 ? OwnRows : Nothing);
        return new Attempt(who, tried, happened, foreign, held);
    }
}

using System.Data.Common;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Quickstart;

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
    public static async Task<IReadOnlyList<Attempt>> RunAsync(
        CallIntelDataSource source,
        CancellationToken cancellationToken
    )
    {
        DemoOrg mine = DemoOrg.Even,
            other = mine.Other;
        Guid theirs = other.Id.Value;
        await using OrgSession analyst = await source.OpenSessionAsync(mine.As(OrgRole.Analyst), cancellationToken);
        await using OrgSession viewer = await source.OpenSessionAsync(mine.As(OrgRole.Viewer), cancellationToken);
        await using OrgSession line = await source.OpenSessionAsync(mine.As(OrgRole.Member), cancellationToken);
        await using OrgSession stranger = await source.OpenSessionAsync(
            new OrgIdentity(other.Id, mine.As(OrgRole.Owner).Member),
            cancellationToken
        );

        bool IsTheirs(DbDataReader row) => !row.IsDBNull(0) && row.GetGuid(0) == theirs;
        Task<Attempt> Inject(string tried, string text, Expected expected) =>
            TryAsync(
                analyst,
                "injection",
                tried,
                $"select org_id from callintel.events where external_id = '{text}'",
                IsTheirs,
                expected,
                cancellationToken
            );

        const string Numbers = "select org_id, number from callintel.contact_numbers",
            Contents = "select org_id, body from callintel.event_contents";
        string forged =
            $"set_config('callintel.context', '{theirs:n}' || substr(current_setting('callintel.context'), 33), true)";
        return
        [
            await TryAsync(
                stranger,
                "owner",
                $"open a session of {other.Name}",
                "select org_id from callintel.events",
                IsTheirs,
                Expected.Refusal("CI0004"),
                cancellationToken
            ),
            await Inject("' or org_id = '<other org>'", $"' or org_id = '{theirs}' --", Expected.Nothing),
            await Inject("' or true", "' or true --", Expected.OwnRows),
            await Inject(
                "' union select from orgs",
                "' union all select org_id from callintel.orgs --",
                Expected.OwnRows
            ),
            await Inject(
                "forge the session context with set_config",
                $"' union all select case when {forged} <> '' then "
                    + $"(select org_id from callintel.events where org_id = '{theirs}' limit 1) end --",
                Expected.Refusal("CI0001")
            ),
            await Inject(
                "become the table owner with set_config('role')",
                "' union all select gen_random_uuid() where set_config('role', 'callintel_owner', true) <> '' --",
                Expected.Refusal("CI0005")
            ),
            await Inject(
                "read the signing keys",
                "' union all select gen_random_uuid() from callintel_private.signing_keys --",
                Expected.Refusal("CI0005")
            ),
            await Inject(
                "read a partition directly",
                "' union all select org_id from callintel_private.events_2026_01 --",
                Expected.Refusal("CI0005")
            ),
            await Inject("add a second statement", "'; delete from callintel.events --", Expected.Refusal("CI0019")),
            await TryAsync(
                analyst,
                "analyst",
                "read the content of messages",
                Contents,
                IsTheirs,
                Expected.OwnRows,
                cancellationToken
            ),
            await TryAsync(
                viewer,
                "viewer",
                "read the content of messages",
                Contents,
                _ => true,
                Expected.Nothing,
                cancellationToken
            ),
            await TryAsync(
                analyst,
                "analyst",
                "read the numbers of contacts",
                Numbers,
                IsTheirs,
                Expected.OwnRows,
                cancellationToken
            ),
            await TryAsync(
                viewer,
                "viewer",
                "read the numbers of contacts",
                Numbers,
                _ => true,
                Expected.Nothing,
                cancellationToken
            ),
            await TryAsync(
                line,
                "member",
                "read all events",
                "select member_id from callintel.events",
                row => row.IsDBNull(0) || row.GetGuid(0) != line.Identity.Member.Value,
                Expected.OwnRows,
                cancellationToken
            ),
        ];
    }

    static async Task<Attempt> TryAsync(
        OrgSession session,
        string who,
        string tried,
        string sql,
        Func<DbDataReader, bool> isForeign,
        Expected expected,
        CancellationToken cancellationToken
    )
    {
        long rows = 0,
            foreign = 0;
        try
        {
            await foreach (bool forbidden in session.QueryAsync(sql, isForeign, cancellationToken: cancellationToken))
            {
                rows++;
                foreign += forbidden ? 1 : 0;
            }
        }
        catch (CallIntelException e)
        {
            return new Attempt(
                who,
                tried,
                $"refused with {e.Code}: {e.Problem}",
                foreign,
                foreign == 0 && e.Code == expected.Code
            );
        }
        string happened =
            foreign > 0 ? $"{foreign:N0} ROWS OF OTHERS"
            : rows == 1 ? "1 row of their own"
            : rows > 0 ? $"{rows:N0} rows, all of their own"
            : "no rows";
        return new Attempt(
            who,
            tried,
            happened,
            foreign,
            foreign == 0 && expected == (rows > 0 ? Expected.OwnRows : Expected.Nothing)
        );
    }

    sealed record Expected(string Kind, string? Code = null)
    {
        public static readonly Expected Nothing = new("no rows"),
            OwnRows = new("own rows");

        public static Expected Refusal(string code) => new("refusal", code);
    }
}

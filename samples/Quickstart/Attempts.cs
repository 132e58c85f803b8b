using System.Data.Common;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Quickstart;

/// <summary>Something that must not work, and what happened.</summary>
/// <param name="Who">Who tried.</param>
/// <param name="Tried">What.</param>
/// <param name="Happened">What came of it.</param>
/// <param name="ForeignRows">Rows seen that the session must not see, counted in what really came back.</param>
/// <param name="Held">No such row, and the answer was the one expected: a wrong query that returns nothing proves nothing.</param>
sealed record Attempt(string Who, string Tried, string Happened, long ForeignRows, bool Held);

/// <summary>
/// A host with an injectable search box: the text is pasted into the statement. Every attack runs as the application's own database role, through
/// an analyst of Even &amp; Co, against Odd &amp; Sons.
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
                "other org",
                $"the owner of {mine.Name} opens {other.Name}",
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
                "forge the session context by set_config",
                $"' union all select case when {forged} <> '' then (select org_id from callintel.events where org_id = '{theirs}' limit 1) end --",
                Expected.Refusal("CI0001")
            ),
            await Inject(
                "become the owner by set_config('role')",
                "' union all select gen_random_uuid() where set_config('role', 'callintel_owner', true) <> '' --",
                Expected.Refusal("CI0005")
            ),
            await Inject(
                "read the signing keys",
                "' union all select gen_random_uuid() from callintel_private.signing_keys --",
                Expected.Refusal("CI0005")
            ),
            await Inject(
                "read a partition behind its table",
                "' union all select org_id from callintel_private.events_2026_01 --",
                Expected.Refusal("CI0005")
            ),
            await Inject("a second statement", "'; delete from callintel.events --", Expected.Refusal("CI0019")),
            await TryAsync(
                analyst,
                "analyst",
                "reads what was said",
                Contents,
                IsTheirs,
                Expected.OwnRows,
                cancellationToken
            ),
            await TryAsync(
                viewer,
                "viewer",
                "reads what was said",
                Contents,
                _ => true,
                Expected.Nothing,
                cancellationToken
            ),
            await TryAsync(
                analyst,
                "analyst",
                "reads the contacts' numbers",
                Numbers,
                IsTheirs,
                Expected.OwnRows,
                cancellationToken
            ),
            await TryAsync(
                viewer,
                "viewer",
                "reads the contacts' numbers",
                Numbers,
                _ => true,
                Expected.Nothing,
                cancellationToken
            ),
            await TryAsync(
                line,
                "member",
                "reads all events",
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
                $"refused, {e.Code}: {e.Problem}",
                foreign,
                foreign == 0 && e.Code == expected.Code
            );
        }
        string happened =
            foreign > 0 ? $"{foreign:N0} FOREIGN ROWS"
            : rows == 1 ? "1 row, their own"
            : rows > 0 ? $"{rows:N0} rows, all their own"
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

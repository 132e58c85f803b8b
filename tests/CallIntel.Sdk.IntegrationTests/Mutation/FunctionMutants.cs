using System.Text.RegularExpressions;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>Functions from whose text one check is removed.</summary>
static class FunctionMutants
{
    /// <summary>Patterns for all functions, with the weaker replacement. Each match is a mutant.</summary>
    static readonly (string What, string Pattern, string Weaker)[] Everywhere =
    [
        (
            "no permission asked",
            @"callintel_private\.require(_any)?\(\s*[1-9]\d* /\*[^*]*\*/\)",
            "callintel_private.require(0)"
        ),
        ("no org filter", @"\b(\w+\.)?org_id = (org\b|\$1|verified\.org_id)", "true"),
        ("no check", @"(?<=\bif )((?!\bthen\b)[\s\S])+?(?= then\s+raise )", "false"),
        (
            "no owner",
            @"\((self is null or e\.member_id = self|\$2 is null or e\.member_id = \$2( or e\.id is null)?)\)",
            "true"
        ),
        ("no owner", @"\(self is null or member = self and stored_member = self\)", "true"),
        ("no owner", @"\((self is null|\$2 is null) or e\.member_id is not distinct from (self|\$2)\)", "true"),
        ("no owner", @"(?<=and )\(verified\.writes_all or e\.member_id = verified\.member_id\)", "true"),
        ("no level", @"(?<=and )e\.level <= (highest|\$3)\b", "true"),
        (
            "no permission asked",
            @"(?<=\bif )((?!\bthen\b)[\s\S])+?(?= then\s+perform callintel_private\.refuse_permission\()",
            "false"
        ),
        ("no lock", @"perform callintel_private\.lock_merges(_shared)?\([^;]*\);", "null;"),
        (
            "partition without rls",
            @"execute format\('alter table callintel_private\.%I (enable|force) row level security', partition\);",
            "null;"
        ),
        ("context not verified", @"perform from callintel_private\.session_context;", "null;"),
        ("token not verified", @"opened := callintel\.begin_session\(token\);", "null;"),
        ("slot not emptied", @"execute format\('truncate (%s', batch|callintel\.staging_%s', slot)\);", "null;"),
    ];

    /// <summary>Patterns for one function.</summary>
    static readonly (string Function, string What, string Pattern, string Weaker)[] Single =
    [
        ("begin_session", "mac not compared", @"= sha256\(substr\(token, 2, 32\)\)", "is not null"),
        ("begin_session", "old tokens", @"between clock_timestamp\(\) and", "between '-infinity' and"),
        ("begin_session", "long tokens", @"clock_timestamp\(\) \+ interval '10 minutes'", "'infinity'"),
        ("begin_session", "no role", @"held\.permissions is null", "false"),
        ("begin_session", "no purpose", @" & ~4096 /\* see_hidden \*/::bigint", ""),
        ("begin_session", "capabilities of the token not masked", @" & claims\.capabilities", ""),
        ("begin_session", "database not named", @"\|' \|\| current_database\(\)", "|'"),
        ("begin_session", "any member's role", @" and r\.member_id = claims\.member_id", ""),
        ("begin_session", "the role in any org", @"r\.org_id = claims\.org_id and ", ""),
        ("begin_session", "any signing key", @"k\.key_id = get_byte\(token \|\| '\\x00', 0\)", "true"),
        ("begin_session", "context outlives its transaction", @"else '' end,\s+true\)", "else '' end, false)"),
        ("begin_session", "seal outlives its transaction", @"'hex'\), true\)", "'hex'), false)"),
        ("begin_session", "unknown key", @"\) is not true then(?=\s+-- Not the token of a session)", ") is false then"),
        (
            "verified_job_claims",
            "unknown key",
            @"\) is not true then(?=\s+perform callintel_private\.refuse\('CI002'\))",
            ") is false then"
        ),
        ("verified_job_claims", "mac not compared", @"= sha256\(substr\(token, 2, 32\)\)", "is not null"),
        ("verified_job_claims", "old tokens", @"between clock_timestamp\(\) and", "between '-infinity' and"),
        ("verified_job_claims", "tokens of sessions", @"callintel\.job\.v1", "callintel.token.v2"),
        ("begin_session", "several statements", @"strpos\(rtrim\(current_query\(\)[^)]*\), ';'\) > 0", "false"),
        ("begin_session", "locks of the session kept", @"released := pg_advisory_unlock_all\(\);", ""),
        ("listed_contacts", "anybody listed", @" and m\.member_id = verified\.member_id", ""),
        ("listed_merged_contacts", "anybody listed", @" and m\.member_id = verified\.member_id", ""),
        ("visible_contacts", "any permission", @"verified\.permissions & permission <> permission", "false"),
        ("visible_contacts", "any level", @"c\.level <= verified\.max_level", "true"),
        ("visible_contacts", "anybody listed", @"\s+and m\.member_id = verified\.member_id", ""),
        ("visible_contacts", "listed for any contact", @" and m\.contact_id = c\.id", ""),
        ("visible_contacts", "any member's contacts", @"verified\.reads_all or c\.created_by", "true or c.created_by"),
        ("count_hidden_events", "small groups", @"g\.together >= callintel\.smallest_group\(\)", "true"),
        ("count_hidden_unanswered", "small groups", @"g\.together >= callintel\.smallest_group\(\)", "true"),
        ("count_hidden_events", "edges", @"date_trunc\('hour', range_to, 'UTC'\)", "range_to"),
        ("lock_privacy_rule", "right not asked again", @"perform callintel_private\.require_still\([^;]*\);", "null;"),
        (
            "lock_privacy_rule",
            "hidden without a purpose",
            @"verified\.permissions & 4096 /\* see_hidden \*/ = 0",
            "false"
        ),
        ("content_level", "without the subject's", @"\(contact, subject\)", "(contact)"),
        ("content_level", "without the present contact's", @"\(contact, subject\)", "(subject)"),
        (
            "content_level",
            "metadata only is no limit",
            @"case when 1 = any \(levels \|\| parties\) then 1",
            "case when false then 1"
        ),
        ("follow_events", "no former contact", @"sealed_for = case", "sealed_for = case when true then null"),
        ("may_move", "members move guarded events", @"self is not null and stored_level > 0", "false"),
        ("may_move", "hidden events move into view", @"stored_level <= highest", "true"),
        ("may_move", "content of a former contact forgotten", @"c\.sealed_for <> contact", "false"),
        ("may_move", "references of a former contact forgotten", @"p\.sealed_for <> contact", "false"),
        ("reported", "values of hidden events guessed", @"highest = 3 or", "true or"),
        ("find_stored", "values of hidden events guessed", @" and e\.level <= max_level", ""),
        ("listed_contacts", "any permission", @"verified\.permissions & permission = permission", "true"),
        ("move_corrected", "members move guarded events", @" and e\.level = 0", ""),
        (
            "delete_or_redact",
            "members leave tombstones",
            @"case when self is null then array",
            "case when true then array"
        ),
        (
            "writable_level",
            "nobody deletes hidden events",
            @"when permissions & 32770 /\*[^*]*\*/ = 32768 /\*[^*]*\*/ then 3",
            "when false then 3"
        ),
        (
            "read_event_details",
            "own numbers without content",
            @"verified\.permissions & 4 /\* read_content \*/ = 4",
            "true"
        ),
        ("read_event_details", "own numbers of metadata_only contacts", @" and x\.level <> 1", ""),
        ("set_contact_name", "any contact", @"not exists \(select from callintel_private\.contacts c[^)]*\)", "false"),
        (
            "ensure_partitions",
            "misplaced events stay",
            @"(?<=and \()e\.occurred_at < month or e\.occurred_at >= next",
            "false"
        ),
        ("create_org", "token not verified", @"perform callintel\.begin_session\(token\);(?=\s+exception)", ""),
        ("create_org", "somebody else's org", @" and r\.member_id = claims\.member_id and r\.role = 50", ""),
        ("set_member_role", "rank of the present role", @"greatest\(present, wanted\)", "wanted"),
        ("set_member_role", "rank of the wanted role", @"greatest\(present, wanted\)", "present"),
        ("lock_roles", "no lock", @"update callintel_private\.orgs o set name = o\.name where o\.org_id = org;", ""),
        ("set_member_role", "any owner", @" and r\.member_id <> member\)", ")"),
        ("set_permissions", "stale", @"new\.permissions := \(select p\.permissions", "new.role := (select p.role"),
        (
            "merge_batch",
            "members for others",
            @"case when not verified\.writes_all then verified\.member_id end",
            "null"
        ),
        (
            "find_duplicates",
            "members for others",
            @"case when not verified\.writes_all then verified\.member_id end",
            "null"
        ),
        (
            "write_batch",
            "members for others",
            @"case when not verified\.writes_all then verified\.member_id end",
            "null"
        ),
        ("write_event", "no lock", @"opened := pg_advisory_xact_lock_shared\([^;]*;", "null;"),
        ("merge_new", "members for others", @"verified\.writes_all\s+and ", ""),
        (
            "write_event",
            "members for others",
            @"permissions & 32768 /\* ingest_for_all \*/ = 0 and member",
            "false and member"
        ),
        ("find_contacts", "any index", @"n\.number_index = any \(indexes\)", "true"),
        ("drop_shredded_numbers", "keys that live", @" and d\.state = 4", ""),
        ("replace_numbers", "keys destroyed", @" and d\.state <> 4", ""),
        ("shred_data_keys", "wrapped key kept", @"wrapped = null", "wrapped = d.wrapped"),
    ];

    internal static async Task<IReadOnlyList<SqlMutant>> ListAsync(NpgsqlDataSource admin)
    {
        List<SqlMutant> mutants = [];
        Dictionary<string, string> texts = [];
        await using (
            NpgsqlCommand command = admin.CreateCommand(
                """
                select f.proname::text, pg_get_functiondef(f.oid) from pg_proc f
                 where f.pronamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
                   and f.prokind = 'f' -- not the aggregates, which have no body
                 order by 1
                """
            )
        )
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                texts.Add(reader.GetString(0), reader.GetString(1));

        foreach ((string function, string text) in texts)
        foreach ((string what, string pattern, string weaker) in Everywhere)
            mutants.AddRange(Weaken(function, text, what, pattern, weaker));
        List<string> unmatched = [];
        foreach ((string function, string what, string pattern, string weaker) in Single)
        {
            SqlMutant[] found = [.. Weaken(function, texts.GetValueOrDefault(function, ""), what, pattern, weaker)];
            mutants.AddRange(found);
            if (found.Length == 0)
                unmatched.Add($"{function}: {what}");
        }
        if (unmatched.Count > 0)
            throw new InvalidOperationException(
                $"The patterns of these mutants no longer match their functions: {string.Join("; ", unmatched)}."
            );
        mutants.AddRange(await ListSealMutantsAsync(admin, texts["begin_session"]));
        return mutants;
    }

    static IEnumerable<SqlMutant> Weaken(string function, string text, string what, string pattern, string weaker)
    {
        int number = 0;
        int body = text.IndexOf("AS $", StringComparison.Ordinal);
        foreach (Match match in Regex.Matches(text, pattern))
            if (match.Index > body)
                yield return new SqlMutant(
                    $"function {function}: {what} {++number}",
                    "function " + function,
                    text[..match.Index] + weaker + text[(match.Index + match.Length)..]
                );
    }

    /// <summary>
    /// Lists mutants of the seal of the context and of its verification. A mutant of the seal itself changes both
    /// sides.
    /// </summary>
    static async Task<IReadOnlyList<SqlMutant>> ListSealMutantsAsync(NpgsqlDataSource admin, string begin)
    {
        await using NpgsqlCommand command = admin.CreateCommand(
            "select pg_get_viewdef('callintel_private.session_context'::regclass)"
        );
        string view =
            "create or replace view callintel_private.session_context as " + await command.ExecuteScalarAsync();
        string ReplaceInView(string pattern, string weaker) => Replace(view, pattern, weaker);
        static string Replace(string text, string pattern, string weaker) =>
            Regex.IsMatch(text, pattern)
                ? Regex.Replace(text, pattern, weaker)
                : throw new InvalidOperationException(
                    $"The pattern {pattern} no longer matches the seal of the session context."
                );
        return
        [
            new("view session_context: seal not compared", "view", ReplaceInView(@"WHERE[\s\S]*$", "")),
            new(
                "view session_context: refuses nothing",
                "view",
                ReplaceInView(@"ELSE callintel_private\.refuse\('CI001'::text\)", "ELSE true")
            ),
            new(
                "seal: not bound to its transaction",
                "view",
                ReplaceInView(@"timestamptz_send\(transaction_timestamp\(\)\)", "''::bytea")
                    + Replace(begin, @"timestamptz_send\(transaction_timestamp\(\)\)", "''::bytea")
            ),
            new(
                "seal: without key",
                "view",
                ReplaceInView(@"(?<=sha256\(+)(k\.)?pad \|\|", "") + Replace(begin, @"signing\.context_pad \|\|", "")
            ),
            new(
                "view session_context: raises nothing",
                "view",
                ReplaceInView(@"ELSE callintel_private\.refuse\('CI001'::text\)", "ELSE false")
            ),
        ];
    }
}

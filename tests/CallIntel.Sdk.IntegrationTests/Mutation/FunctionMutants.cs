using System.Text.RegularExpressions;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>Functions with one check taken out of their text.</summary>
static class FunctionMutants
{
    /// <summary>What to look for in every function, and what to put there instead; each place is a mutant.</summary>
    static readonly (string What, string Pattern, string Weaker)[] Everywhere =
    [
        ("no permission asked", @"callintel_private\.require(_any)?\(\d+\)", "callintel.org_if(0)"),
        ("no org filter", @"\b(\w+\.)?org_id = (org\b|\$1|verified\.org_id)", "true"),
        ("no check", @"(?<=\bif )((?!\bthen\b)[\s\S])+?(?= then\s+raise )", "false"),
        ("no owner", @"\((self is null or e\.member_id = self|\$2 is null or e\.member_id = \$2( or e\.id is null)?)\)", "true"),
        ("no owner", @"\(self is null or member = self and stored_member = self\)", "true"),
        ("no owner", @"(?<=and )\(callintel\.org_if\(2\) is not null or e\.member_id = callintel\.member_id\(\)\)", "true"),
        ("partition without rls", @"execute format\('alter table callintel\.%I (enable|force) row level security', partition\);", "null;"),
        ("slot not emptied", @"execute format\('truncate callintel\.staging_%s', slot\);", "null;"),
    ];

    /// <summary>What to look for in one function.</summary>
    static readonly (string Function, string What, string Pattern, string Weaker)[] Single =
    [
        ("begin_session", "mac not compared", @"= sha256\(substr\(token, 2, 32\)\)", "is not null"),
        ("begin_session", "old tokens", @"not between clock_timestamp\(\) and", "not between '-infinity' and"),
        ("begin_session", "long tokens", @"clock_timestamp\(\) \+ interval '10 minutes'", "'infinity'"),
        ("begin_session", "no role", @"r\.permissions is null", "false"),
        ("begin_session", "no purpose", @" & ~4096::bigint", ""),
        ("begin_session", "capabilities of the token not masked", @" & \(t\.claims\)\.capabilities", ""),
        ("begin_session", "database not named", @"\|' \|\| current_database\(\)", "|'"),
        ("begin_session", "any member's role", @" and r\.member_id = \(t\.claims\)\.member_id", ""),
        ("begin_session", "the role in any org", @"r\.org_id = \(t\.claims\)\.org_id and ", ""),
        ("begin_session", "any signing key", @"k\.key_id = get_byte\(token \|\| '\\x00', 0\)", "true"),
        ("begin_session", "context outlives its transaction", @"true\), 'UTF8'\)", "false), 'UTF8')"),
        ("begin_session", "seal outlives its transaction", @"'hex'\), true\) is not null", "'hex'), false) is not null"),
        ("begin_session", "unknown key", @"if not found then", "if false then"),
        ("org_if", "any permission", @"c\.permissions & permission = permission", "true"),
        ("openness", "contacts never kept", @"else 0 end", "else 98304 end"),
        ("openness", "content never kept", @"when 1 then 32768", "when 1 then 98304"),
        ("begin_session", "locks of the session kept", @"and pg_advisory_unlock_all\(\) is not null", ""),
        ("contacts_kept_from", "metadata_only", @"when 1 then true", "when 1 then false"),
        ("contacts_kept_from", "restricted", @"verified\.permissions & 2048 = 0", "false"),
        ("contacts_kept_from", "hidden", @"verified\.permissions & 4096 = 0", "false"),
        ("contacts_kept_from", "lowest level", @"r\.level >= lowest", "r.level > lowest"),
        ("contacts_kept_from", "listed for any contact", @"r\.contact_id not in \(", "not exists ("),
        ("contacts_kept_from", "anybody listed", @" and m\.member_id = verified\.member_id", ""),
        ("contacts_kept_from", "listed in any org", @"m\.org_id = verified\.org_id and ", ""),
        ("unseen_contacts", "restricted", @"\(2\)", "(3)"),
        ("unheard_contacts", "metadata_only", @"\(1\)", "(2)"),
        ("create_org", "token not verified", @"perform callintel\.begin_session\(token\);(?=\s+exception)", ""),
        ("create_org", "somebody else's org", @" and r\.member_id = claims\.member_id and r\.role = 50", ""),
        ("set_member_role", "rank of the present role", @"greatest\(present, wanted\)", "wanted"),
        ("set_member_role", "rank of the wanted role", @"greatest\(present, wanted\)", "present"),
        ("lock_roles", "no lock", @"update callintel\.orgs o set name = o\.name where o\.org_id = org;", ""),
        ("narrow_context", "context stays open", @"coalesce\(current_setting\('callintel\.seal', true\), ''\) = ''", "true"),
        ("set_member_role", "any owner", @" and r\.member_id <> member\)", ")"),
        ("set_permissions", "stale", @"into new\.permissions", "into new.role"),
        ("merge_batch", "members for others", @"case when callintel\.org_if\(2\) is null then callintel\.member_id\(\) end", "null"),
        ("find_duplicates", "members for others", @"case when callintel\.org_if\(2\) is null then callintel\.member_id\(\) end", "null"),
        ("write_events", "members for others", @"case when verified\.permissions & 2 = 0 then verified\.member_id end", "null"),
        ("write_event", "context not verified", @"perform from callintel_private\.session_context;", "null;"),
        ("write_event", "token not verified", @"perform callintel\.begin_session\(token\);", "null;"),
        ("merge_new", "members for others", @"verified\.permissions & 2 = 2 and ", ""),
        ("find_contacts", "any index", @"n\.number_index = any \(indexes\)", "true"),
        ("drop_shredded_numbers", "keys that live", @" and d\.state = 4", ""),
        ("replace_numbers", "keys destroyed", @" and d\.state <> 4", ""),
        ("shred_data_keys", "wrapped key kept", @"wrapped = null", "wrapped = d.wrapped"),
    ];

    internal static async Task<IReadOnlyList<SqlMutant>> ListAsync(NpgsqlDataSource admin)
    {
        List<SqlMutant> mutants = [];
        Dictionary<string, string> texts = [];
        await using (NpgsqlCommand command = admin.CreateCommand("""
            select f.proname::text, pg_get_functiondef(f.oid) from pg_proc f
             where f.pronamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace) order by 1
            """))
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                texts.Add(reader.GetString(0), reader.GetString(1));

        foreach ((string function, string text) in texts)
            foreach ((string what, string pattern, string weaker) in Everywhere)
                mutants.AddRange(Weakened(function, text, what, pattern, weaker));
        foreach ((string function, string what, string pattern, string weaker) in Single)
        {
            SqlMutant[] found = [.. Weakened(function, texts[function], what, pattern, weaker)];
            mutants.AddRange(found is [_, ..] ? found : throw new InvalidOperationException($"{function} has no place for the mutant \"{what}\" any more."));
        }
        mutants.AddRange(await OfTheSealAsync(admin, texts["begin_session"]));
        return mutants;
    }

    static IEnumerable<SqlMutant> Weakened(string function, string text, string what, string pattern, string weaker)
    {
        int number = 0;
        int body = text.IndexOf("AS $", StringComparison.Ordinal);
        foreach (Match match in Regex.Matches(text, pattern))
            if (match.Index > body)
                yield return new SqlMutant($"function {function}: {what} {++number}", "function " + function,
                    text[..match.Index] + weaker + text[(match.Index + match.Length)..]);
    }

    /// <summary>What is sealed, and how it is looked at; a damage to the seal itself is made on both sides.</summary>
    static async Task<IReadOnlyList<SqlMutant>> OfTheSealAsync(NpgsqlDataSource admin, string begin)
    {
        await using NpgsqlCommand command = admin.CreateCommand("select pg_get_viewdef('callintel_private.session_context'::regclass)");
        string view = "create or replace view callintel_private.session_context as " + await command.ExecuteScalarAsync();
        string Replaced(string pattern, string weaker) => Weaker(view, pattern, weaker);
        static string Weaker(string text, string pattern, string weaker) => Regex.IsMatch(text, pattern)
            ? Regex.Replace(text, pattern, weaker)
            : throw new InvalidOperationException($"The seal of the session context has no place {pattern} any more.");
        return
        [
            new("view session_context: seal not compared", "view", Replaced(@"WHERE[\s\S]*$", "")),
            new("view session_context: refuses nothing", "view", Replaced(@"ELSE callintel_private\.refuse\('CI001'::text\)", "ELSE true")),
            new("seal: not bound to its transaction", "view",
                Replaced(@"timestamptz_send\(transaction_timestamp\(\)\)", "''::bytea") + Weaker(begin, @"timestamptz_send\(transaction_timestamp\(\)\)", "''::bytea")),
            new("seal: without key", "view", Replaced(@"(?<=sha256\(+)(k\.)?pad \|\|", "") + Weaker(begin, @"t\.context_pad \|\|", "")),
            new("view session_context: raises nothing", "view", Replaced(@"ELSE callintel_private\.refuse\('CI001'::text\)", "ELSE false")),
        ];
    }
}

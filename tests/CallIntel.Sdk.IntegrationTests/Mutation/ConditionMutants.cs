using System.Text.RegularExpressions;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>
/// Policies in which one part of the condition is replaced by true: permission, owner, privacy rule or org.
/// </summary>
static partial class ConditionMutants
{
    internal static async Task<IReadOnlyList<SqlMutant>> ListAsync(NpgsqlDataSource admin)
    {
        List<SqlMutant> mutants = [];
        await using NpgsqlCommand command = admin.CreateCommand(
            """
            select p.polname::text, p.polrelid::regclass::text, pg_get_expr(p.polqual, p.polrelid),
                   pg_get_expr(p.polwithcheck, p.polrelid)
              from pg_policy p
             where 'callintel_member'::regrole = any (p.polroles) or 'callintel_fence'::regrole = any (p.polroles)
             order by 2, 1
            """
        );
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            foreach ((int column, string part) in new[] { (2, "using"), (3, "with check") })
                if (!reader.IsDBNull(column))
                    mutants.AddRange(Weaken(reader.GetString(0), reader.GetString(1), part, reader.GetString(column)));
        return mutants;
    }

    static IEnumerable<SqlMutant> Weaken(string policy, string table, string part, string condition)
    {
        int number = 0;
        foreach (Match match in Part().Matches(condition))
        {
            int end = FindClosingParenthesis(condition, match.Index);
            if (match.Index == 0 && end == condition.Length - 1)
                continue; // the whole condition is the mutant "everything"
            string weaker = condition[..match.Index] + "true" + condition[(end + 1)..];
            string what = Spaces().Replace(condition[match.Index..(end + 1)], " ");
            yield return new SqlMutant(
                $"policy {table} \"{policy}\": {part} without part {++number}, {what[..Math.Min(what.Length, 50)]}",
                "policy " + table,
                $"alter policy \"{policy}\" on {table} {part} ({weaker})"
            );
        }
    }

    static int FindClosingParenthesis(string text, int open)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
            if (text[i] == '(')
                depth++;
            else if (text[i] == ')' && --depth == 0)
                return i;
        throw new InvalidOperationException("A parenthesis of the condition is not closed.");
    }

    [GeneratedRegex(
        @"\(\(c\.permissions & |\(NOT \(\w+ IN |\(EXISTS |\((\w+\.)?(org_id|member_id|created_by) = \( SELECT"
            + @"|\(level = |\((party_)?level <= "
    )]
    private static partial Regex Part();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

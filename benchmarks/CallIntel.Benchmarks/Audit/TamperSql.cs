using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Audit;

/// <summary>Statements with which a superuser tampers with sealed entries, and puts them back.</summary>
static class TamperSql
{
    static readonly string[] Tables = ["audit_log", "audit_seals", "audit_trees", "audit_leaves", "audit_checkpoints"];

    internal static IReadOnlyList<string> Kinds { get; } =
    ["edit", "delete", "insert", "reorder", "swap", "truncate", "roll back"];

    internal static string Save(string name) =>
        string.Concat(Tables.Select(t => $"create table public.{name}_{t} as table callintel_private.{t};"));

    internal static string Restore(string name) =>
        string.Concat(
            Tables.Select(t =>
                $"delete from callintel_private.{t}; insert into callintel_private.{t} select * from public.{name}_{t};"
            )
        );

    /// <summary>Returns the statements, and the entries that a verification has to name.</summary>
    internal static async Task<(string Sql, Guid[] Victims)> CreateAsync(
        TestDatabase database,
        OrgId org,
        string kind,
        Random random
    )
    {
        List<(Guid Id, long Position)> leaves = [];
        await using (
            NpgsqlCommand command = database.Admin.CreateCommand(
                $"select row_id, position from callintel_private.audit_leaves where org_id = '{org}' order by position"
            )
        )
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                leaves.Add((reader.GetGuid(0), reader.GetInt64(1)));
#pragma warning disable CA5394 // the places must be reproducible
        int one = random.Next(leaves.Count),
            other = (one + 1 + random.Next(leaves.Count - 1)) % leaves.Count;
#pragma warning restore CA5394
        (Guid a, Guid b) = (leaves[one].Id, leaves[other].Id);
        switch (kind)
        {
            case "edit":
                return ($"update callintel_private.audit_log set row_count = -1 where id = '{a}'", [a]);
            case "delete":
                return (
                    $"delete from callintel_private.audit_log where id = '{a}';"
                        + $"delete from callintel_private.audit_leaves where row_id = '{a}'",
                    [a]
                );
            case "insert":
                Guid added = Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddDays(-2));
                return (
                    "insert into callintel_private.audit_log (org_id, id, member_id, action, object, xid) "
                        + $"select org_id, '{added}', member_id, action, object, xid "
                        + $"from callintel_private.audit_log where id = '{a}'",
                    [added]
                );
            case "reorder":
                return (
                    $"update callintel_private.audit_leaves set position = -1 where row_id = '{a}';"
                        + $"update callintel_private.audit_leaves set position = {one} where row_id = '{b}';"
                        + $"update callintel_private.audit_leaves set position = {other} where row_id = '{a}'",
                    [a, b]
                );
            case "swap":
                return (
                    "update callintel_private.audit_log x set member_id = y.member_id, row_count = y.row_count, "
                        + "request_id = y.request_id from callintel_private.audit_log y "
                        + $"where (x.id, y.id) in (('{a}', '{b}'), ('{b}', '{a}'))",
                    [a, b]
                );
            case "truncate":
                Guid[] gone = [.. leaves[one..].Select(l => l.Id)];
                string list = string.Join(',', gone.Select(id => $"'{id}'"));
                return (
                    $"delete from callintel_private.audit_log where id in ({list});"
                        + $"delete from callintel_private.audit_leaves where row_id in ({list});"
                        + $"delete from callintel_private.audit_checkpoints where size > {one}",
                    gone
                );
            default:
                return (Restore("older"), [.. leaves[^20..].Select(l => l.Id)]);
        }
    }
}

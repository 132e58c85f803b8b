using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Testing.Attacks;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Attacks;

/// <summary>
/// A context ends with its transaction, even if one message contains several transactions, which all have the same
/// timestamp.
/// </summary>
public sealed class SimpleQueryTests(ServerFixture server)
{
    const string SaveContext = """
        select set_config('kept.context', current_setting('callintel.context'), false),
               set_config('kept.seal', coalesce(current_setting('callintel.seal', true), ''), false);
        """;

    const string RestoreContext = """
        select set_config('callintel.context', current_setting('kept.context'), true),
               set_config('callintel.seal', current_setting('kept.seal'), true);
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Boundaries =>
        [
            "commit; begin;",
            "rollback; begin;",
            "commit and chain;",
            "rollback and chain;",
            "commit; begin; commit; begin isolation level serializable;",
        ];

    [Theory]
    [MemberData(nameof(Boundaries))]
    public async Task A_message_with_a_transaction_boundary_cannot_open_a_context(string boundary)
    {
        (IReadOnlyList<string> rows, string? error) = await SendAsync(token =>
            [
                $"""
                    begin; select callintel.begin_session('{token}'); {SaveContext} {boundary} {RestoreContext}
                    select 'read ' || name from callintel.orgs; commit;
                    """,
            ]
        );

        Assert.DoesNotContain(rows, row => row.StartsWith("read ", StringComparison.Ordinal));
        Assert.Equal("CI027", error);
    }

    [Theory]
    [MemberData(nameof(Boundaries))]
    public async Task A_context_does_not_outlive_its_transaction_within_one_message(string boundary)
    {
        (IReadOnlyList<string> rows, string? error) = await SendAsync(token =>
            [
                "begin",
                $"select callintel.begin_session('{token}')",
                $"{SaveContext} {boundary} {RestoreContext} select 'read ' || name from callintel.orgs; commit;",
            ]
        );

        Assert.DoesNotContain(rows, row => row.StartsWith("read ", StringComparison.Ordinal));
        Assert.Equal("CI001", error);
    }

    [Fact]
    public async Task A_context_does_not_keep_a_removed_role_within_one_message()
    {
        await using AttackArena arena = await AttackArena.CreateAsync(server.Template, cancellationToken: Cancellation);
        (TestOrg org, IReadOnlyDictionary<string, string> ids, _) = await arena.AddOrgAsync(Cancellation);
        (IReadOnlyList<string> rows, string? error) = await SendAsync(arena, org, ids, OrgRole.Owner, token => [
                "begin",
                $"select callintel.begin_session('{token}')",
                $"""
                    {SaveContext}
                    select callintel.set_member_role('{org.Members[OrgRole.Admin]}', 'owner');
                    select callintel.set_member_role('{org.Members[OrgRole.Owner]}', 'viewer');
                    commit; begin; {RestoreContext}
                    select 'read ' || count(*) from callintel.audit_log where org_id = '{org.Id}'; commit;
                    """,
            ]);

        Assert.DoesNotContain(rows, row => row.StartsWith("read ", StringComparison.Ordinal));
        Assert.Equal("CI001", error);
    }

    /// <summary>Without a boundary the same messages read rows, so the tests above fail for the right reason.</summary>
    [Fact]
    public async Task A_context_is_valid_for_the_rest_of_its_transaction()
    {
        (IReadOnlyList<string> rows, string? error) = await SendAsync(token =>
            [
                "begin",
                $"select callintel.begin_session('{token}')",
                $"{SaveContext} {RestoreContext} select 'read ' || name from callintel.orgs; commit;",
            ]
        );

        Assert.Null(error);
        Assert.Contains(rows, row => row.StartsWith("read ", StringComparison.Ordinal));
    }

    async Task<(IReadOnlyList<string> Rows, string? Error)> SendAsync(Func<string, string[]> messages)
    {
        await using AttackArena arena = await AttackArena.CreateAsync(server.Template, cancellationToken: Cancellation);
        (TestOrg org, IReadOnlyDictionary<string, string> ids, _) = await arena.AddOrgAsync(Cancellation);
        return await SendAsync(arena, org, ids, OrgRole.Viewer, messages);
    }

    static async Task<(IReadOnlyList<string> Rows, string? Error)> SendAsync(
        AttackArena arena,
        TestOrg org,
        IReadOnlyDictionary<string, string> ids,
        OrgRole role,
        Func<string, string[]> messages
    )
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(arena.Database.AppConnectionString);
        string token = new Attacker(arena, org, ids, role, "in one message", source).Placeholders(ghost: false)[
            "token"
        ];
        using SimpleQueryClient client = await SimpleQueryClient.ConnectAsync(
            arena.Database.AppConnectionString,
            Cancellation
        );
        List<string> rows = [];
        string? firstError = null;
        foreach (string message in messages(token))
        {
            (IReadOnlyList<string> more, string? error) = await client.SendAsync(message, Cancellation);
            rows.AddRange(more);
            firstError ??= error;
        }
        return (rows, firstError);
    }
}

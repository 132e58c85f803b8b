using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Tests installing, migrating and rotating keys on a server without a superuser, where row-level security also applies
/// to the owner of the tables.
/// </summary>
public sealed class OwnerPolicyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Owner = "callintel_owner",
        Operations = "callintel_ops";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // of each the last statement says 1
    static readonly (string Role, string[] Statements)[] Chores =
    [
        (
            Operations,
            [
                "select callintel_private.install_signing_key(77, sha256('key'))",
                "select count(*) from callintel_private.signing_keys where key_id = 77",
            ]
        ),
        // a restored database has no key that seals contexts
        (
            Operations,
            [
                "delete from callintel_private.context_key",
                "select callintel_private.install_signing_key(79, sha256('key'))",
                """
                select count(*) from callintel_private.context_key c
                  join callintel_private.signing_keys k on k.context_pad = c.pad where k.key_id = 79
                """,
            ]
        ),
        (Operations, ["with x as (delete from callintel_private.signing_keys returning 1) select count(*) from x"]),
        (
            Owner,
            [
                """
                with x as (update callintel_private.signing_keys set created_at = now() returning 1)
                select count(*) from x
                """,
            ]
        ),
        (
            Owner,
            [
                "delete from callintel_private.context_key",
                "insert into callintel_private.context_key (pad) values (decode(repeat('00', 64), 'hex'))",
                "select count(*) from callintel_private.context_key where pad = decode(repeat('00', 64), 'hex')",
            ]
        ),
        (
            Owner,
            [
                "insert into callintel_private.schema_journal (name, checksum) values ('R__new.sql', 'x')",
                """
                with x as (update callintel_private.schema_journal set checksum = 'y' where checksum = 'x' returning 1)
                select count(*) from x
                """,
            ]
        ),
        (
            Owner,
            [
                "update callintel_private.role_permissions set permissions = 0",
                "insert into callintel_private.role_permissions (role, name, permissions) values (60, 'other', 1)",
                "select count(*) from callintel_private.role_permissions where permissions = 1",
            ]
        ),
    ];

    [Fact]
    public async Task The_deployment_roles_can_write_deployment_tables()
    {
        foreach ((string role, string[] statements) in Chores)
            Assert.Equal((statements[^1], "1"), (statements[^1], await RunAsync(role, statements)));
    }

    [Fact]
    public async Task The_operations_role_can_rewrap_org_keys_but_cannot_destroy_or_restore_them()
    {
        await using (
            NpgsqlCommand keys = fixture.Database.Admin.CreateCommand(
                $"""
                insert into callintel_private.org_keys (org_id, kind, version, state, root_key_id, wrapped,
                    destroyed_at)
                values ('{fixture.Own.Id}', 5, 1, 4, 'test', null, now()),
                       ('{fixture.Own.Id}', 5, 2, 1, 'test', '\x00', null),
                       ('{fixture.Foreign.Id}', 5, 1, 1, 'test', '\x00', null)
                """
            )
        )
            await keys.ExecuteNonQueryAsync(Cancellation);

        Assert.Equal("3", await RunAsync(Owner, "select count(*) from callintel_private.org_keys where state < 5"));
        Assert.Equal(
            "2",
            await RunAsync(
                Owner,
                """
                with x as (update callintel_private.org_keys set root_key_id = 'next'
                    where root_key_id = 'test' and state < 4 returning 1)
                select count(*) from x
                """
            )
        );
        // what their own policy does not allow is left to that of definer code, which asks for a context
        Assert.Equal(
            "CI001",
            await RunAsync(
                Owner,
                "update callintel_private.org_keys set state = 2, wrapped = '\\x00', destroyed_at = null where "
                    + "state = 4"
            )
        );
        Assert.Equal(
            "CI001",
            await RunAsync(
                Owner,
                "update callintel_private.org_keys set state = 4, wrapped = null, destroyed_at = now() where state < 4"
            )
        );
    }

    [Theory]
    [InlineData(31, "CI008")]
    [InlineData(32, "")]
    [InlineData(64, "")]
    [InlineData(65, "CI008")]
    public async Task Signing_keys_must_have_32_to_64_bytes(int bytes, string outcome) =>
        Assert.Equal(
            outcome,
            await RunAsync(
                Operations,
                $"select callintel_private.install_signing_key(78, decode(repeat('07', {bytes}), 'hex'))"
            )
        );

    [Theory]
    [InlineData("2026-02-01", "2026-01-01")]
    [InlineData("2026-01-01", "2046-02-01")]
    public async Task Partitions_are_created_for_valid_ranges_only(string first, string last) =>
        Assert.Equal("CI009", await RunAsync(Operations, $"select callintel.ensure_partitions('{first}', '{last}')"));

    /// <returns>What the last statement returns, or the SQLSTATE that refuses one. Nothing of it stays.</returns>
    async Task<string> RunAsync(string role, params string[] statements)
    {
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        try
        {
            string result = "";
            foreach (string sql in statements.Prepend($"set local role {role}"))
            {
                await using NpgsqlCommand command = new(sql, connection);
                result = $"{await command.ExecuteScalarAsync(Cancellation)}";
            }
            return result;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }
}

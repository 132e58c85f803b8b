using System.Security.Cryptography;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

public sealed class KeyPermissionTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_role_manages_keys_only_as_its_permissions_allow()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("roles", Cancellation);
        Guid id = org.Id.Value;
        await AsAsync(org, OrgRole.Owner, async store => await store.AddAsync(OrgKey(id, 1), Cancellation));
        await AsAsync(org, OrgRole.Owner, async store =>
            await store.AddAsync(OrgKey(id, 1, OrgKeyKind.BlindIndex), Cancellation)
        );
        OrgSession current = null!;
        StoredNumbers Numbers() => new(current.Transport, current.Encryption.Gate);

        OrgRole[] readers = [OrgRole.Ingester, OrgRole.Member, OrgRole.Analyst, OrgRole.Admin, OrgRole.Owner];
        OrgRole[] writers = [OrgRole.Ingester, OrgRole.Member, OrgRole.Admin, OrgRole.Owner];
        OrgRole[] privacy = [OrgRole.Admin, OrgRole.Owner];
        OrgRole[] owners = [OrgRole.Owner];
        KeySubject known = NewPerson();
        await using (
            NpgsqlCommand contact = fixture.Database.Admin.CreateCommand(
                $"insert into callintel_private.contacts (org_id, id, created_by) values ('{id}', '{known.Id}', '{id}')"
            )
        )
            await contact.ExecuteNonQueryAsync(Cancellation);
        (OrgRole[] Allowed, Func<PostgresKeyStore, Task> Call)[] calls =
        [
            (readers, async store => await store.FetchAsync(id, [NewKeyId()], Cancellation)),
            (readers, async store => await store.FetchAsync(id, OrgKeyKind.Kek, Cancellation)),
            (writers, async store => await store.GetOrCreateAsync(id, [Request(NewPerson())], Cancellation)),
            (writers, async store => await store.AddAsync(OrgKey(id, 1), Cancellation)),
            (privacy, async store => await store.CryptoShredAsync(id, known, Cancellation)),
            (owners, async store => await store.ReadOutdatedAsync(id, 1, null, 1, Cancellation)),
            (owners, async store => await store.CountOutdatedAsync(id, 1, Cancellation)),
            (owners, async store =>
                await store.ReplaceAsync(
                    id,
                    [new(NewKeyId(), 1, 1, RandomNumberGenerator.GetBytes(DataKeyRecord.WrappedLength))],
                    Cancellation
                )
            ),
            (owners, async store =>
                await Numbers().ReadOutdatedAsync(1, null, 1, current.Encryption.Gate.Reason(), Cancellation)
            ),
            (owners, async store => await Numbers().CountOutdatedAsync(1, Cancellation)),
            (owners, async store => await Numbers().DropShreddedAsync([NewId()], 1, Cancellation)),
            (owners, async store =>
                await Numbers().ReplaceAsync(1, [new(new(NewId(), default, default, [0]), NewId(), [0])], Cancellation)
            ),
            (owners, async store =>
                await store.MoveAsync(id, OrgKeyKind.Kek, 9, KeyState.Active, KeyState.DecryptOnly, Cancellation)
            ),
        ];
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        {
            await using OrgSession session = current = await org.OpenSessionAsync(role, Cancellation);
            foreach ((OrgRole[] allowed, Func<PostgresKeyStore, Task> call) in calls)
                await AsAsync(org, role, store =>
                    allowed.Contains(role) ? call(store) : RefusedAsync(ErrorCodes.NotAllowed, () => call(store))
                );
        }
    }

    [Theory]
    [InlineData(OrgKeyKind.Kek)]
    [InlineData(OrgKeyKind.BlindIndex)]
    public async Task Any_writer_creates_the_first_key_version_and_only_owners_create_later_versions(OrgKeyKind kind)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("first", Cancellation);
        Guid id = org.Id.Value;
        await AsAsync(org, OrgRole.Analyst, store =>
            RefusedAsync(ErrorCodes.NotAllowed, async () => await store.AddAsync(OrgKey(id, 1, kind), Cancellation))
        );
        await AsAsync(org, OrgRole.Member, async store =>
        {
            await store.AddAsync(OrgKey(id, 1, kind), Cancellation);
            await RefusedAsync(ErrorCodes.NotAllowed, async () =>
                await store.AddAsync(OrgKey(id, 2, kind), Cancellation)
            );
        });
        await AsAsync(org, OrgRole.Admin, store =>
            RefusedAsync(ErrorCodes.NotAllowed, async () => await store.AddAsync(OrgKey(id, 2, kind), Cancellation))
        );
        await AsAsync(org, OrgRole.Owner, async store =>
        {
            await store.AddAsync(OrgKey(id, 2, kind), Cancellation);
            Assert.Equal(2, (await store.FetchAsync(id, kind, Cancellation)).Count);
        });
    }

    [Theory]
    [InlineData("add_org_key(4::smallint, 1, 'r', '\\x00')", null)]
    [InlineData("add_org_key(4::smallint, 2, 'r', '\\x00')", "CI150")]
    [InlineData("move_org_key(4::smallint, 1, 1::smallint, 2::smallint)", "CI150")]
    public async Task The_event_id_key_is_created_once_and_never_changes(string call, string? refused)
    {
        await using NpgsqlConnection connection = await fixture.Database.DataSource.Database.OpenConnectionAsync(
            Cancellation
        );
        await using NpgsqlBatch batch = new(connection)
        {
            BatchCommands =
            {
                fixture.Database.DataSource.Database.BeginCommand(fixture.Own.As(OrgRole.Owner)),
                new($"select callintel.{call}"),
            },
        };
        Exception? error = await Record.ExceptionAsync(() => batch.ExecuteNonQueryAsync(Cancellation));
        Assert.Equal(refused, (error as PostgresException)?.SqlState);
    }

    [Fact]
    public async Task Keys_of_another_org_are_not_visible()
    {
        Guid own = fixture.Own.Id.Value,
            foreign = fixture.Foreign.Id.Value;
        DataKeyRequest theirs = Request(NewPerson(), uses: 3);
        await AsAsync(fixture.Foreign, OrgRole.Owner, async store =>
        {
            await store.AddAsync(OrgKey(foreign, 1), Cancellation);
            await GetOrCreateAsync(store, foreign, theirs);
        });

        await AsAsync(fixture.Own, OrgRole.Owner, async store =>
        {
            await store.AddAsync(OrgKey(own, 1), Cancellation);
            await store.AddAsync(OrgKey(own, 2), Cancellation);
            KeyId id = theirs.Candidate.Id;
            Assert.Empty(await store.FetchAsync(own, [id], Cancellation));
            Assert.Empty(await store.ReadOutdatedAsync(own, 2, null, 1000, Cancellation));
            Assert.Equal(
                0,
                await store.ReplaceAsync(
                    own,
                    [new(id, 1, 2, RandomNumberGenerator.GetBytes(DataKeyRecord.WrappedLength))],
                    Cancellation
                )
            );
            CallIntelException unknown = await Assert.ThrowsAsync<CallIntelException>(() =>
                store.CryptoShredAsync(own, theirs.Subject, Cancellation).AsTask()
            );
            Assert.Equal("CI0152", unknown.Code);
            Assert.NotEqual(id, (await GetOrCreateAsync(store, own, Request(theirs.Subject, epoch: 2))).Record.Id);
        });

        await AsAsync(fixture.Foreign, OrgRole.Owner, async store =>
        {
            DataKeyRecord unharmed = await FetchAsync(store, foreign, theirs.Candidate.Id);
            Assert.Equal((KeyState.Active, 1), (unharmed.State, unharmed.Epoch));
            Assert.Equal(theirs.Candidate.Wrapped.ToArray(), unharmed.Wrapped.ToArray());
            Assert.Single(await store.FetchAsync(foreign, OrgKeyKind.Kek, Cancellation));
        });
    }

    [Theory]
    [InlineData("select count(*) from callintel_private.data_keys")]
    [InlineData("select count(*) from callintel_private.org_keys")]
    [InlineData("delete from callintel_private.data_keys")]
    [InlineData("select callintel_private.lock_keys(null)")]
    [InlineData("select callintel_private.require_any(0)")]
    public async Task The_application_role_reaches_the_key_tables_only_through_functions(string sql)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await RefusedAsync(ErrorCodes.NotAllowed, async () =>
            await session.QueryAsync(sql, r => r.FieldCount, cancellationToken: Cancellation).ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task The_key_functions_do_nothing_without_a_session_context()
    {
        await using NpgsqlConnection app = new(fixture.Database.AppConnectionString);
        await app.OpenAsync(Cancellation);
        foreach (
            string call in new[]
            {
                "fetch_data_keys('{}')",
                "get_or_create_data_keys('{}', '{}', '{}', '{}', '{}', '{}')",
                "reserve_key_uses('\\x00', 1, 1)",
                "fetch_org_keys(1::smallint)",
                "add_org_key(1::smallint, 1, 'r', '\\x00')",
                "move_org_key(1::smallint, 1, 1::smallint, 2::smallint)",
                "read_outdated_data_keys(1, null, 1)",
                "replace_data_keys('{}', '{}', '{}', '{}')",
                "count_outdated_data_keys(1)",
                "shred_data_keys('person', gen_random_uuid())",
                "blind_index_version()",
                "read_outdated_numbers(1, null, 1)",
                "replace_numbers(1, '{}', '{}', '{}', '{}')",
                "drop_shredded_numbers('{}', 1)",
                "count_outdated_numbers(1)",
            }
        )
        {
            await using NpgsqlCommand command = new($"select * from callintel.{call}", app);
            Assert.Equal(
                "CI001",
                (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation))).SqlState
            );
        }
    }

    static async Task AsAsync(TestOrg org, OrgRole role, Func<PostgresKeyStore, Task> call)
    {
        await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
        await call(StoreOf(session));
    }
}

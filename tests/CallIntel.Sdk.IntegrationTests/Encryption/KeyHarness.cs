using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>
/// Keys for tests of the key store. The store does not interpret them, so most of these keys wrap nothing.
/// </summary>
static class KeyHarness
{
    const string RootVariable = "CALLINTEL_TEST_ROOT_KEY";

    static KeyHarness() =>
        Environment.SetEnvironmentVariable(RootVariable, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    internal static PostgresKeyStore StoreOf(OrgSession session) => new(session.Transport, NullLogger.Instance);

    internal static Guid NewId() => new(RandomNumberGenerator.GetBytes(16));

    internal static KeyId NewKeyId() => new(RandomNumberGenerator.GetBytes(KeyId.Length));

    internal static KeySubject NewPerson() => KeySubject.Person(NewId());

    internal static DataKeyRequest Request(KeySubject subject, long uses = 1, int epoch = 1) =>
        new(
            subject,
            uses,
            new DataKeyRecord(
                NewKeyId(),
                subject,
                epoch,
                KeyState.Active,
                RandomNumberGenerator.GetBytes(DataKeyRecord.WrappedLength)
            )
        );

    internal static OrgKeyRecord OrgKey(Guid org, int version, OrgKeyKind kind = OrgKeyKind.Kek) =>
        new(org, kind, version, KeyState.Active, new RootWrappedKey("test", RandomNumberGenerator.GetBytes(60)));

    internal static async Task<DataKeyGrant> GetOrCreateAsync(
        PostgresKeyStore store,
        Guid org,
        DataKeyRequest request
    ) => Assert.Single(await store.GetOrCreateAsync(org, [request], TestContext.Current.CancellationToken));

    /// <summary>Leaves a person's key as many uses as said: what the cap of 2^32 leaves after years.</summary>
    internal static Task LeaveUsesAsync(TestDatabase database, KeyId id, long left) =>
        ScalarAsync<long>(
            database,
            "update callintel_private.data_keys set uses = $1 where key_id = $2 returning uses",
            KeyPurpose.Person.UsageCap - left,
            id.ToArray()
        );

    internal static async Task<DataKeyRecord> FetchAsync(PostgresKeyStore store, Guid org, KeyId id) =>
        Assert.Single(await store.FetchAsync(org, [id], TestContext.Current.CancellationToken));

    /// <summary>Root key, store, org keys and cache wired together: what one process has.</summary>
    internal static (OrgKeyRing OrgKeys, DataKeyCache Cache) NewProcess(PostgresKeyStore store)
    {
        OrgKeyRing orgKeys = new(new EnvironmentRootKeyProvider(RootVariable), store);
        return (orgKeys, new DataKeyCache(store, orgKeys, new DataKeyCacheOptions { ReservationBlock = 1 }));
    }

    internal static async Task<CallIntelException> RefusedAsync(string code, Func<Task> call)
    {
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(call);
        Assert.Equal(code, refused.Code);
        return refused;
    }

    internal static async Task<T> ScalarAsync<T>(TestDatabase database, string sql, params object[] values)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}

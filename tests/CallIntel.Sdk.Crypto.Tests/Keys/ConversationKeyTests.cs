using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Keys that several people can unwrap.</summary>
public class ConversationKeyTests
{
    static readonly Guid Anna = new("0192f5a0-0000-7000-8000-0000000000a1");
    static readonly Guid Bo = new("0192f5a0-0000-7000-8000-0000000000b2");
    static readonly Guid Carl = new("0192f5a0-0000-7000-8000-0000000000c3");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_conversation_is_the_same_in_any_order_and_another_one_for_other_people_or_authors()
    {
        KeySubject subject = new KeyConversation([Anna, Bo]).Subject;
        Assert.Equal(KeyPurpose.Conversation, subject.Purpose);
        Assert.Equal(subject, new KeyConversation([Bo, Anna, Bo]).Subject);
        Assert.Equal(
            4,
            new[]
            {
                subject,
                new KeyConversation([Anna, Bo, Carl]).Subject,
                new KeyConversation([Anna, Bo], Anna).Subject,
                new KeyConversation([Anna, Bo], Bo).Subject,
            }
                .Distinct()
                .Count()
        );
    }

    [Fact]
    public void A_conversation_needs_two_people_and_an_author_among_them()
    {
        Assert.Throws<ArgumentException>(() => new KeyConversation([Anna, Anna]));
        Assert.Throws<ArgumentException>(() => new KeyConversation([Anna, Bo], Carl));
        TestKeys.AssertCode(CryptoErrorCodes.IdMissing, () => _ = new KeyConversation([Anna, Guid.Empty]));
    }

    [Fact]
    public async Task A_cached_key_of_a_conversation_needs_no_call_to_the_store()
    {
        using var system = new KeySystem();
        KeyId first = await CreateAsync(system, new KeyConversation([Anna, Bo]));
        int calls = CallsOf(system);

        Assert.Equal(first, await CreateAsync(system, new KeyConversation([Bo, Anna])));
        Assert.Equal(calls, CallsOf(system));
    }

    [Fact]
    public async Task A_demand_for_a_conversation_names_its_people()
    {
        using var system = new KeySystem();
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await system.Cache.RentForEncryptionAsync(
                TestKeys.Org,
                [new KeyDemand(new KeyConversation([Anna, Bo]).Subject, 1)],
                Cancellation
            )
        );
    }

    [Fact]
    public async Task Any_party_unwraps_the_key_until_the_last_one_is_crypto_shredded()
    {
        using var system = new KeySystem();
        KeyId key = await CreateAsync(system, new KeyConversation([Anna, Bo, Carl]));
        foreach (Guid person in new[] { Anna, Carl })
        {
            await system.Store.CryptoShredAsync(TestKeys.Org, KeySubject.Person(person), Cancellation);
            Assert.Equal(KeyLookup.Ready, await LookUpAsync(system, key));
        }

        IReadOnlyList<KeyId> destroyed = await system.Store.CryptoShredAsync(
            TestKeys.Org,
            KeySubject.Person(Bo),
            Cancellation
        );
        Assert.Contains(key, destroyed);
        Assert.Equal(KeyLookup.CryptoShredded, await LookUpAsync(system, key));
    }

    [Fact]
    public async Task A_key_of_an_author_is_destroyed_with_the_author_and_not_with_others()
    {
        using var system = new KeySystem();
        KeyId anna = await CreateAsync(system, new KeyConversation([Anna, Bo], Anna));
        KeyId bo = await CreateAsync(system, new KeyConversation([Anna, Bo], Bo));

        await system.Store.CryptoShredAsync(TestKeys.Org, KeySubject.Person(Anna), Cancellation);

        Assert.Equal(KeyLookup.CryptoShredded, await LookUpAsync(system, anna));
        Assert.Equal(KeyLookup.Ready, await LookUpAsync(system, bo));
    }

    [Fact]
    public async Task A_conversation_with_a_crypto_shredded_author_or_nobody_left_gets_no_key()
    {
        using var system = new KeySystem();
        await system.CreateKeyAsync(Anna);
        await system.CreateKeyAsync(Bo);
        await system.Store.CryptoShredAsync(TestKeys.Org, KeySubject.Person(Anna), Cancellation);
        system.Cache.InvalidateAll();

        Assert.Equal(KeyLookup.CryptoShredded, await DemandAsync(system, new KeyConversation([Anna, Bo], Anna)));
        Assert.Equal(KeyLookup.Ready, await DemandAsync(system, new KeyConversation([Anna, Bo])));

        await system.Store.CryptoShredAsync(TestKeys.Org, KeySubject.Person(Bo), Cancellation);
        system.Cache.InvalidateAll();
        Assert.Equal(KeyLookup.CryptoShredded, await DemandAsync(system, new KeyConversation([Anna, Bo])));
    }

    [Fact]
    public async Task Rotating_the_epoch_moves_the_keys_of_the_people_and_not_those_of_conversations()
    {
        using var system = new KeySystem();
        KeyId key = await CreateAsync(system, new KeyConversation([Anna, Bo]));
        await system.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek, Cancellation);

        RewrapProgress moved = await new DekRewrapper(system.Store, system.OrgKeys).RunAsync(
            TestKeys.Org,
            cancellationToken: Cancellation
        );

        Assert.Equal((2L, 0L), (moved.Rewrapped, moved.Remaining));
        Assert.Equal(KeyLookup.Ready, await LookUpAsync(system, key));
    }

    [Fact]
    public async Task A_wrapped_key_is_bound_to_its_conversation_its_party_and_the_key_of_the_party()
    {
        using var system = new KeySystem();
        KeyId key = await CreateAsync(system, new KeyConversation([Anna, Bo]));
        DataKeyRecord record = Assert.Single(await system.Store.FetchAsync(TestKeys.Org, [key], Cancellation));
        using OrgKek kek = await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, Cancellation);
        kek.Unwrap(record).Dispose();

        byte[] otherParty = record.Wrapped.ToArray();
        otherParty[DataKeyRecord.WrappedLength + KeyId.Length + 15] ^= 1;
        byte[] otherKey = record.Wrapped.ToArray();
        otherKey[DataKeyRecord.WrappedLength] ^= 1;
        byte[] changed = record.Wrapped.ToArray();
        changed[20] ^= 1;
        DataKeyRecord[] wrong =
        [
            record with
            {
                Subject = new KeyConversation([Anna, Carl]).Subject,
            },
            record with
            {
                Wrapped = otherParty,
            },
            record with
            {
                Wrapped = otherKey,
            },
            record with
            {
                Wrapped = changed,
            },
            record with
            {
                Wrapped = record.Wrapped[..DataKeyRecord.WrappedLength],
            },
            record with
            {
                Subject = KeySubject.Person(Anna),
            },
        ];
        Assert.All(wrong, bad =>
            TestKeys.AssertCode(CryptoErrorCodes.DataKeyUnwrapFailed, () => kek.Unwrap(bad).Dispose())
        );
    }

    static int CallsOf(KeySystem system) => system.Store.Fetches + system.Store.Finds + system.Store.Creations;

    static async Task<KeyId> CreateAsync(KeySystem system, KeyConversation conversation)
    {
        using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [new KeyDemand(conversation, 1)],
            Cancellation
        );
        return keys[conversation.Subject].Id;
    }

    static async Task<KeyLookup> DemandAsync(KeySystem system, KeyConversation conversation)
    {
        using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [new KeyDemand(conversation, 1)],
            Cancellation
        );
        return keys[conversation.Subject].Status;
    }

    static async Task<KeyLookup> LookUpAsync(KeySystem system, KeyId key)
    {
        system.Cache.InvalidateAll();
        using DataKeyLease lease = await system.Cache.RentAsync(TestKeys.Org, key, Cancellation);
        return lease.Status;
    }
}

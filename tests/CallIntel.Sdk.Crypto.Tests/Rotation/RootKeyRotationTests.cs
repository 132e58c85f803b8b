using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests.Rotation;

/// <summary>Root key rotation with an in-memory store and a provider that tests can make fail.</summary>
public sealed class RootKeyRotationTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("callintel-root-");
    readonly KeyRingFileProvider _ring;
    readonly MemoryRootRewrapStore _store = new();
    readonly string _old;

    public RootKeyRotationTests()
    {
        _ring = KeyRingFileProvider.Create(Path.Combine(_folder.FullName, "ring.json"), KeyRingProtection.FileModeOnly);
        _old = _ring.ActiveRootKeyId;
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ring.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Keys_move_page_by_page_and_unwrap_to_the_same_key()
    {
        byte[][] keys = await FillAsync(7);
        string current = _ring.Rotate();
        List<RootRewrapProgress> reports = [];
        RootRewrapProgress done = await new RootKeyRotation(_ring, _store) { PageSize = 3 }.RewrapAsync(
            new Listener(reports.Add),
            Cancellation
        );
        Assert.Equal((current, 7, 0, 0), (done.RootKeyId, done.Rewrapped, done.Skipped, done.Remaining));
        Assert.Empty(done.Failed);
        Assert.Equal([(3, 4), (6, 1), (7, 0)], reports.Select(r => (r.Rewrapped, r.Remaining)));
        Assert.All(_store.Keys, k => Assert.Equal(current, k.Wrapped.RootKeyId));
        await new RootKeyRotation(_ring, _store).DestroyAsync(_old, Cancellation);
        await AssertOpenAsync(keys);
        Assert.Equal(
            0,
            (await new RootKeyRotation(_ring, _store).RewrapAsync(cancellationToken: Cancellation)).Rewrapped
        );
    }

    [Fact]
    public async Task A_cancelled_run_continues_where_it_stopped_and_the_old_key_is_kept()
    {
        byte[][] keys = await FillAsync(5);
        _ring.Rotate();
        using var kill = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new RootKeyRotation(_ring, _store) { PageSize = 2 }.RewrapAsync(
                new Listener(_ => kill.Cancel()),
                kill.Token
            )
        );
        Assert.Equal(3, await _store.CountUnderAsync(_old, Cancellation));
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootKeyInUse, () =>
            new RootKeyRotation(_ring, _store).DestroyAsync(_old)
        );
        await AssertOpenAsync(keys);
        Assert.Equal(
            3,
            (await new RootKeyRotation(_ring, _store).RewrapAsync(cancellationToken: Cancellation)).Rewrapped
        );
        await AssertOpenAsync(keys);
    }

    [Fact]
    public async Task One_damaged_key_is_reported_and_the_others_are_rewrapped()
    {
        await FillAsync(5);
        OrgKeyRecord damaged = _store.Keys[2];
        byte[] ciphertext = damaged.Wrapped.Ciphertext.ToArray();
        ciphertext[^1] ^= 1;
        _store.Keys[2] = damaged with { Wrapped = damaged.Wrapped with { Ciphertext = ciphertext } };
        _ring.Rotate();
        RootRewrapProgress done = await new RootKeyRotation(_ring, _store).RewrapAsync(cancellationToken: Cancellation);
        Assert.Equal((4, 1), (done.Rewrapped, done.Remaining));
        Assert.Equal([damaged.Context], done.Failed);
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootKeyInUse, () =>
            new RootKeyRotation(_ring, _store).DestroyAsync(_old)
        );
    }

    [Fact]
    public async Task A_key_that_changed_since_it_was_read_is_skipped()
    {
        await FillAsync(2);
        _ring.Rotate();
        _store.BeforeReplace = () => _store.Keys[0] = _store.Keys[0] with { State = KeyState.Destroyed };
        RootRewrapProgress done = await new RootKeyRotation(_ring, _store).RewrapAsync(cancellationToken: Cancellation);
        Assert.Equal((1, 1, 0), (done.Rewrapped, done.Skipped, done.Remaining));
    }

    [Fact]
    public async Task A_page_with_only_changed_keys_is_skipped()
    {
        await FillAsync(2);
        _ring.Rotate();
        _store.BeforeReplace = () => _store.Keys[0] = _store.Keys[0] with { State = KeyState.Destroyed };
        RootRewrapProgress done = await new RootKeyRotation(_ring, _store) { PageSize = 1 }.RewrapAsync(
            cancellationToken: Cancellation
        );
        Assert.Equal((1, 1, 0), (done.Rewrapped, done.Skipped, done.Remaining));
    }

    [Fact]
    public async Task A_page_with_only_damaged_keys_is_not_written()
    {
        await FillAsync(1);
        _store.Keys[0] = _store.Keys[0] with { Wrapped = _store.Keys[0].Wrapped with { Ciphertext = new byte[61] } };
        _ring.Rotate();
        _store.BeforeReplace = () => Assert.Fail("There is nothing to replace.");
        RootRewrapProgress done = await new RootKeyRotation(_ring, _store).RewrapAsync(cancellationToken: Cancellation);
        Assert.Equal((0, 0, 1), (done.Rewrapped, done.Skipped, done.Remaining));
        Assert.Equal([_store.Keys[0].Context], done.Failed);
    }

    [Theory]
    [InlineData(Fault.AnotherKey)]
    [InlineData(Fault.Garbage)]
    [InlineData(Fault.OneTooFew)]
    public async Task A_wrongly_rewrapped_key_is_never_stored(Fault fault)
    {
        byte[][] keys = await FillAsync(3);
        _ring.Rotate();
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RewrapVerificationFailed, () =>
            new RootKeyRotation(new FaultyProvider(_ring, fault), _store).RewrapAsync()
        );
        Assert.Equal(3, await _store.CountUnderAsync(_old, Cancellation));
        await AssertOpenAsync(keys);
    }

    [Fact]
    public async Task A_failing_provider_and_a_faulty_store_have_different_codes()
    {
        await FillAsync(3);
        _ring.Rotate();
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootProviderUnavailable, () =>
            new RootKeyRotation(new FaultyProvider(_ring, Fault.Unreachable), _store).RewrapAsync()
        );
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootProviderUnavailable, () =>
            new RootKeyRotation(new FaultyProvider(_ring, Fault.DownWhenVerified), _store).RewrapAsync()
        );
        _store.Miscount = 1;
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, () =>
            new RootKeyRotation(_ring, _store).RewrapAsync()
        );
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            new RootKeyRotation(_ring, _store) { PageSize = 0 }.RewrapAsync(cancellationToken: Cancellation)
        );
        await Assert.ThrowsAsync<ArgumentException>(() =>
            new RootKeyRotation(_ring, _store).DestroyAsync("", Cancellation)
        );
    }

    [Fact]
    public async Task Cancelling_after_the_last_page_still_cancels()
    {
        await FillAsync(2);
        _ring.Rotate();
        using var kill = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new RootKeyRotation(_ring, _store).RewrapAsync(new Listener(_ => kill.Cancel()), kill.Token)
        );
        Assert.Equal(0, await _store.CountUnderAsync(_old, Cancellation));
    }

    [Fact]
    public async Task Destroying_requires_the_id_of_a_root_key()
    {
        using var root = new EnvironmentRootKeyProvider("R", n => n == "R" ? TestKeys.RootText : null);
        var rotation = new RootKeyRotation(root, _store);
        Assert.Equal(
            "rootKeyId",
            (await Assert.ThrowsAsync<ArgumentException>(() => rotation.DestroyAsync("", Cancellation))).ParamName
        );
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootOperationUnsupported, () =>
            rotation.DestroyAsync("old", Cancellation)
        );
    }

    static readonly OrgKeyKind[] Kinds = [OrgKeyKind.Kek, OrgKeyKind.BlindIndex, OrgKeyKind.EventId];

    async Task<byte[][]> FillAsync(int count)
    {
        byte[][] keys = [.. Enumerable.Range(1, count).Select(i => Enumerable.Repeat((byte)i, 32).ToArray())];
        for (int i = 0; i < count; i++)
        {
            var context = new RootKeyContext(Kinds[i % 3], new Guid(i / 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 1);
            _store.Keys.Add(
                new OrgKeyRecord(
                    context.OrgId,
                    context.Kind,
                    1,
                    KeyState.Active,
                    await _ring.WrapAsync(context, keys[i], Cancellation)
                )
            );
        }

        return keys;
    }

    async Task AssertOpenAsync(byte[][] keys)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            byte[] opened = new byte[32];
            await _ring.UnwrapAsync(_store.Keys[i].Context, _store.Keys[i].Wrapped, opened, Cancellation);
            Assert.Equal(keys[i], opened);
        }
    }

    public enum Fault
    {
        AnotherKey,
        Garbage,
        OneTooFew,
        Unreachable,
        DownWhenVerified,
    }

    sealed class Listener(Action<RootRewrapProgress> report) : IProgress<RootRewrapProgress>
    {
        public void Report(RootRewrapProgress value) => report(value);
    }

    sealed class FaultyProvider(KeyRingFileProvider inner, Fault fault) : IRootKeyProvider
    {
        public ValueTask<RootWrappedKey> WrapAsync(
            RootKeyContext context,
            ReadOnlyMemory<byte> key,
            CancellationToken cancellationToken = default
        ) => inner.WrapAsync(context, key, cancellationToken);

        public ValueTask UnwrapAsync(
            RootKeyContext context,
            RootWrappedKey wrapped,
            Memory<byte> destination,
            CancellationToken cancellationToken = default
        ) =>
            fault == Fault.DownWhenVerified
                ? throw new IOException("down")
                : inner.UnwrapAsync(context, wrapped, destination, cancellationToken);

        public async ValueTask<IReadOnlyList<RootWrappedKey>> RewrapManyAsync(
            IReadOnlyList<RootRewrapItem> items,
            CancellationToken cancellationToken = default
        )
        {
            if (fault == Fault.Unreachable)
                throw new IOException("down");

            List<RootWrappedKey> rewrapped = [.. await inner.RewrapManyAsync(items, cancellationToken)];
            if (fault == Fault.OneTooFew)
                rewrapped.RemoveAt(0);
            else if (fault != Fault.DownWhenVerified)
                rewrapped[1] =
                    fault == Fault.Garbage
                        ? rewrapped[1] with
                        {
                            Ciphertext = new byte[61],
                        }
                        : await inner.WrapAsync(items[1].Context, new byte[32], cancellationToken);

            return rewrapped;
        }

        public ValueTask DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
            inner.DestroyAsync(rootKeyId, cancellationToken);
    }

    sealed class MemoryRootRewrapStore : IRootRewrapStore
    {
        internal List<OrgKeyRecord> Keys { get; } = [];

        internal Action BeforeReplace { get; set; } = () => { };

        internal int Miscount { get; set; }

        public ValueTask<IReadOnlyList<OrgKeyRecord>> ReadOutdatedAsync(
            string rootKeyId,
            RootKeyContext? after,
            int limit,
            CancellationToken cancellationToken = default
        )
        {
            int from = after is { } last ? Keys.FindIndex(k => k.Context == last) + 1 : 0;
            return new(
                (IReadOnlyList<OrgKeyRecord>)[.. Keys.Skip(from).Where(k => IsUnder(k, rootKeyId) is false).Take(limit)]
            );
        }

        public ValueTask<int> ReplaceAsync(
            IReadOnlyList<RewrappedOrgKey> keys,
            CancellationToken cancellationToken = default
        )
        {
            BeforeReplace();
            int replaced = Miscount;
            foreach (RewrappedOrgKey key in keys)
            {
                int i = Keys.FindIndex(k =>
                    k.Context == key.Context && k.Wrapped == key.From && k.State != KeyState.Destroyed
                );
                if (i < 0)
                    continue;

                Keys[i] = Keys[i] with { Wrapped = key.To };
                replaced++;
            }

            return new(replaced);
        }

        public ValueTask<long> CountOutdatedAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
            new(Keys.LongCount(k => IsUnder(k, rootKeyId) is false));

        public ValueTask<long> CountUnderAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
            new(Keys.LongCount(k => IsUnder(k, rootKeyId) is true));

        /// <summary>Null for a destroyed key, which no root key wraps.</summary>
        static bool? IsUnder(OrgKeyRecord key, string rootKeyId) =>
            key.State == KeyState.Destroyed ? null : key.Wrapped.RootKeyId == rootKeyId;
    }
}

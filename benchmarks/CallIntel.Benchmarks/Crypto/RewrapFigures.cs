using System.Diagnostics;
using System.Security.Cryptography;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>Compares moving the data keys of an org to a new epoch with only its AES-GCM operations.</summary>
static class RewrapFigures
{
    const int KeysPerRequest = 5_000;

    internal static async IAsyncEnumerable<Figure> MeasureAsync(PostgresServer server, ScorecardSize size)
    {
        int keys = size.Pick(100_000, 20_000, atLeast: KeysPerRequest),
            runs = size.Pick(3, 2);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server);
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("rewrap");
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner);
        await CreateKeysAsync(owner, keys);

        List<double> ratios = [],
            rates = [],
            floorRates = [];
        for (int run = 0; run < runs; run++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            RewrapProgress moved = await owner.Keys.RotateAsync();
            double ours = keys / watch.Elapsed.TotalSeconds;
            if (moved.Rewrapped != keys || moved.Remaining != 0)
                throw new InvalidOperationException($"Only {moved.Rewrapped} of {keys} keys were moved.");
            double floor = keys / MeasureFloor(keys).TotalSeconds;
            ratios.Add(ours / floor);
            rates.Add(ours);
            floorRates.Add(floor);
        }
        yield return Figure.Create(
            "crypto",
            "rewrap_per_second_vs_floor",
            ratios,
            "ratio",
            null,
            true,
            $"{keys:N0} keys, verified, in PostgreSQL: {Figure.Median(rates):N0} per second; "
                + $"unwrap and wrap with AES-GCM in memory: {Figure.Median(floorRates):N0}"
        );
        yield return Figure.Create(
            "crypto",
            "rewrap_per_second",
            rates,
            "count",
            null,
            true,
            $"{keys:N0} keys of one org, one connection"
        );
    }

    static async Task CreateKeysAsync(OrgSession session, int count)
    {
        for (int done = 0; done < count; done += KeysPerRequest)
        {
            KeyDemand[] demands =
            [
                .. Enumerable
                    .Range(0, KeysPerRequest)
                    .Select(_ => new KeyDemand(KeySubject.Person(new Guid(RandomNumberGenerator.GetBytes(16))), 1)),
            ];
            using DataKeySet<KeySubject> _ = await session.Encryption.RentForEncryptionAsync(
                demands,
                CancellationToken.None
            );
        }
    }

    /// <summary>
    /// Measures the minimum: unwraps and wraps the keys with two ciphers, without checking the result.
    /// </summary>
    static TimeSpan MeasureFloor(int keys)
    {
        const int Nonce = 12,
            Tag = 16,
            Length = 32;
        using AesGcm from = new(RandomNumberGenerator.GetBytes(Length), Tag),
            to = new(RandomNumberGenerator.GetBytes(Length), Tag);
        byte[] nonces = new byte[Nonce * keys],
            wrapped = new byte[(Length + Tag) * keys],
            rewrapped = new byte[wrapped.Length];
        byte[] associated = new byte[64],
            material = new byte[Length];
        RandomNumberGenerator.Fill(nonces);
        for (int i = 0; i < keys; i++)
            from.Encrypt(Slice(nonces, i, Nonce), material, Text(wrapped, i), TagOf(wrapped, i), associated);

        Stopwatch watch = Stopwatch.StartNew();
        byte[] fresh = new byte[Nonce * keys];
        RandomNumberGenerator.Fill(fresh);
        for (int i = 0; i < keys; i++)
        {
            from.Decrypt(Slice(nonces, i, Nonce), Text(wrapped, i), TagOf(wrapped, i), material, associated);
            to.Encrypt(Slice(fresh, i, Nonce), material, Text(rewrapped, i), TagOf(rewrapped, i), associated);
        }
        return watch.Elapsed;

        static Span<byte> Slice(byte[] all, int i, int length) => all.AsSpan(i * length, length);
        static Span<byte> Text(byte[] all, int i) => all.AsSpan(i * (Length + Tag), Length);
        static Span<byte> TagOf(byte[] all, int i) => all.AsSpan((i * (Length + Tag)) + Length, Tag);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Testing;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>
/// Compares our envelope with the minimum cost of AES-GCM, a simple implementation and other libraries, and measures
/// the cost of encryption in operations on a database.
/// </summary>
sealed class CryptoSuite : ISuite
{
    const int Rounds = 25;

    public string Name => "crypto";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        int calls = size.Pick(20_000, 2_000);
        Guid org = Guid.NewGuid(),
            row = Guid.NewGuid();
        FieldHandle field = new(org, "event_contents", "body");
        using DataKey key = DataKey.Generate(org, KeySubject.Person(row));
        key.AddGrant(1L << 31);
        foreach (
            (string label, int length, double? target) in new[]
            {
                ("12B", 12, default(double?)),
                ("160B", 160, 1.25),
                ("4KB", 4096, 1.05),
                ("64KB", 65_536, 1.05),
            }
        )
        {
            byte[] text = RandomNumberGenerator.GetBytes(length),
                envelope = new byte[EnvelopeFormat.GetLength(length)],
                opened = new byte[length];
            using AesGcmFloor floor = new(length);
            int count = length > 10_000 ? calls / 20 : calls;
            yield return Compare(
                $"encrypt_{label}_vs_floor",
                target,
                false,
                count,
                () => FieldCipher.TryEncrypt(key, field, row, text, envelope, out _),
                () => floor.Encrypt(text),
                FloorNote
            );
            floor.Encrypt(text);
            FieldCipher.TryEncrypt(key, field, row, text, envelope, out _);
            yield return Compare(
                $"decrypt_{label}_vs_floor",
                null,
                false,
                count,
                () => FieldCipher.TryDecrypt(key, field, row, envelope, opened, out _),
                () => floor.Decrypt(opened),
                FloorNote
            );
            if (length == 160)
            {
                void Ours() => FieldCipher.TryEncrypt(key, field, row, text, envelope, out _);
                yield return Compare(
                    "vs_new_aesgcm",
                    2,
                    true,
                    calls,
                    () => floor.EncryptWithNewCipher(text),
                    Ours,
                    "the peer generates a nonce for each value, and neither checks nor commits to its key"
                );
                foreach (Figure figure in ComparePeers(text, calls, Ours))
                    yield return figure;
            }
        }
        yield return MeasureAllocation(org, row, key, field);

        if (size.Wants("rewrap_per_second_vs_floor", "rewrap_per_second"))
            await foreach (Figure figure in RewrapFigures.MeasureAsync(server, size))
                yield return figure;
        if (size.Wants("ingest_encrypted_vs_plain"))
            yield return await PlainIngest.CompareAsync(server, size);
    }

    /// <summary>
    /// Compares with other libraries on 160 bytes. For Data Protection, the faster of its algorithms counts, which is
    /// not its default.
    /// </summary>
    IEnumerable<Figure> ComparePeers(byte[] text, int calls, Action ours)
    {
        using DataProtectionPeer gcm = new(EncryptionAlgorithm.AES_256_GCM),
            cbc = new(EncryptionAlgorithm.AES_256_CBC);
        Figure byGcm = Compare(
            "vs_dataprotection_160B",
            3,
            true,
            calls,
            () => gcm.Encrypt(text),
            ours,
            DataProtectionNote
        );
        Figure byDefault = Compare(
            "vs_dataprotection_160B",
            3,
            true,
            calls,
            () => cbc.Encrypt(text),
            ours,
            DataProtectionNote
        );
        (Figure faster, Figure slower, string name) =
            byGcm.Value <= byDefault.Value ? (byGcm, byDefault, "AES-256-GCM") : (byDefault, byGcm, "AES-256-CBC");
        yield return faster with
        {
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"{faster.Note}, {name}; {slower.Value:0.0} with its other algorithm"
            ),
        };

        BouncyCastlePeer bouncyCastle = new(text.Length);
        yield return Compare("vs_bouncycastle", null, true, calls, () => bouncyCastle.Encrypt(text), ours, PeerNote);
        if (!NSecPeer.IsSupported)
        {
            Console.Error.WriteLine(
                "crypto.vs_nsec was not measured: libsodium does not support AES-256-GCM on this processor."
            );
            yield break;
        }
        using NSecPeer nsec = new(text.Length);
        yield return Compare("vs_nsec", null, true, calls, () => nsec.Encrypt(text), ours, PeerNote);
    }

    const string FloorNote =
        "the floor does not count uses, does not check key, org or row, and builds no header or associated data";

    const string DataProtectionNote =
        "the peer does more: it derives a key for each value and allocates its output; and less: it binds no row and "
        + "counts no uses";

    const string PeerNote =
        "the peer does less: no header, no check of key, org or row, no count of uses; nonces are generated as ours";

    /// <summary>
    /// Measures the ratio of the processor time of this thread for two actions, alternately in rounds. Processor time
    /// does not include other work on the machine.
    /// </summary>
    Figure Compare(string name, double? target, bool higherIsBetter, int calls, Action one, Action other, string note)
    {
        List<double> ratios = [],
            ones = [],
            others = [];
        for (int round = -2; round < Rounds; round++)
        {
            double a = Time(one, calls),
                b = Time(other, calls);
            if (round < 0)
                continue;
            ratios.Add(a / b);
            ones.Add(a);
            others.Add(b);
        }
        return Figure.Create(
            Name,
            name,
            ratios,
            "ratio",
            target,
            higherIsBetter,
            $"{Figure.Median(ones):0} ns against {Figure.Median(others):0} ns per call, processor time of the thread; "
                + note
        );
    }

    static double Time(Action call, int calls)
    {
        long start = ThreadTime.Nanoseconds();
        for (int i = 0; i < calls; i++)
            call();
        return (double)(ThreadTime.Nanoseconds() - start) / calls;
    }

    Figure MeasureAllocation(Guid org, Guid row, DataKey key, FieldHandle field)
    {
        byte[] text = new byte[160],
            envelope = new byte[EnvelopeFormat.GetLength(160)],
            opened = new byte[160];
        using BlindIndexKey index = BlindIndexKey.Derive(RandomNumberGenerator.GetBytes(32), org, "number", 1);
        List<double> allocated = [];
        for (int run = -3; run < 7; run++) // code is compiled in the first runs
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                FieldCipher.TryEncrypt(key, field, row, text, envelope, out _);
                FieldCipher.TryDecrypt(key, field, row, envelope, opened, out _);
                index.Compute(BlindIndexKind.PhoneE164, "+4520101010"u8);
            }
            if (run >= 0)
                allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return Figure.Create(
            Name,
            "allocated_bytes",
            allocated,
            "B",
            0,
            false,
            "1,000 times: encrypt, decrypt and compute a blind index"
        );
    }
}

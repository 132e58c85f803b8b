using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Primitives;

/// <summary>
/// Generates the 96-bit nonces of AES-GCM. Nonces come from the operating system's random number generator and are
/// drawn in blocks of 128 per thread, because one call to the generator costs as much as encrypting a short message.
/// </summary>
/// <remarks>
/// Thread-safe. A block is ordinary memory. A copy of the process that continues from it, such as a fork or a virtual
/// machine restored from a snapshot, would use the same nonces again, which breaks AES-GCM. Call <see cref="Discard"/>
/// in the copy before it encrypts, or set <see cref="DrawPerCall"/>. A block is discarded one second after it was
/// drawn, so a copy that starts later than that is safe if its clock kept running.
/// </remarks>
public static class NonceSource
{
    internal const int BlockNonces = 128;

    /// <summary>The lifetime of a block in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal const long BlockLifetime = 1000;

    const int BlockLength = BlockNonces * AesGcmSizes.Nonce;

    [ThreadStatic]
    static Block? _block;

    static int _generation;
    static volatile bool _drawPerCall;

    /// <summary>
    /// Gets or sets whether each nonce is drawn from the operating system separately. No nonces stay in memory then
    /// that a copy of the process could use again.
    /// </summary>
    /// <value>
    /// Default <see langword="false"/>. <see langword="true"/> adds about the cost of encrypting 160 bytes to each
    /// value.
    /// </value>
    public static bool DrawPerCall
    {
        get => _drawPerCall;
        set => _drawPerCall = value;
    }

    /// <summary>
    /// Discards the nonces that were drawn in advance, on all threads. Call it in a process that was forked or restored
    /// from a snapshot, before that process encrypts. Concurrent calls may still use a nonce of the old block.
    /// </summary>
    public static void Discard() => Interlocked.Increment(ref _generation);

    /// <summary>Writes a nonce that is never returned again, even if the caller does not use it.</summary>
    internal static void Next(Span<byte> destination) => Next(destination, Environment.TickCount64);

    /// <summary>As above, at a given time in milliseconds.</summary>
    internal static void Next(Span<byte> destination, long now)
    {
        if (_drawPerCall)
        {
            RandomNumberGenerator.Fill(destination[..AesGcmSizes.Nonce]);
            return;
        }

        Block block = _block ??= new Block();
        int position = block.Position;
        int generation = Volatile.Read(ref _generation);
        if (position == BlockLength || block.Generation != generation || now - block.DrawnAt is < 0 or >= BlockLifetime)
        {
            // The position stays at the end until the block is filled: if the generator throws, the old nonces must not
            // be used again.
            block.Position = BlockLength;
            RandomNumberGenerator.Fill(block.Bytes);
            block.Generation = generation;
            block.DrawnAt = now;
            position = 0;
        }

        block.Position = position + AesGcmSizes.Nonce;
        block.Bytes.AsSpan(position, AesGcmSizes.Nonce).CopyTo(destination);
    }

    /// <summary>Copies the state of this thread, as a copy of the process would have it.</summary>
    internal static Block Copy() => (_block ?? new Block()).Clone();

    /// <summary>Continues from a copied state.</summary>
    internal static void Resume(Block copy) => _block = copy.Clone();

    internal sealed class Block
    {
        internal byte[] Bytes { get; private init; } = new byte[BlockLength];

        internal int Position { get; set; } = BlockLength;

        internal int Generation { get; set; }

        internal long DrawnAt { get; set; }

        internal Block Clone() =>
            new()
            {
                Bytes = (byte[])Bytes.Clone(),
                Position = Position,
                Generation = Generation,
                DrawnAt = DrawnAt,
            };
    }
}

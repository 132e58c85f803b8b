using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>
/// The source of the 96-bit nonces of envelopes. They come from the system's random number generator and are drawn in
/// blocks of 128 per thread,
/// because one call to the generator costs as much as encrypting a short message.
/// </summary>
/// <remarks>
/// Thread-safe. A block is memory: a copy of the process that goes on from it, for example a fork or a virtual machine
/// that is restored from a
/// snapshot, would use the same nonces again, which breaks AES-GCM. Call <see cref="Discard"/> in the copy before it
/// encrypts, or set
/// <see cref="DrawPerCall"/>. A block is thrown away one second after it was drawn, so a copy that rested for longer is
/// safe by itself as far as
/// its clock went on meanwhile.
/// </remarks>
public static class NonceSource
{
    internal const int BlockNonces = 128;

    /// <summary>How long a block is used, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal const long BlockLifetime = 1000;

    private const int BlockLength = BlockNonces * EnvelopeFormat.NonceLength;

    [ThreadStatic]
    private static Block? _block;

    private static int _generation;
    private static volatile bool _drawPerCall;

    /// <summary>
    /// Whether each nonce is drawn from the system on its own. Nothing is left in memory then that a copy of the
    /// process could use again.
    /// </summary>
    /// <value>Default <see langword="false"/>. Setting it costs about as much per value as encrypting 160
    /// bytes.</value>
    public static bool DrawPerCall
    {
        get => _drawPerCall;
        set => _drawPerCall = value;
    }

    /// <summary>
    /// Throws away the nonces that were drawn in advance, on all threads. Call it in a process that was forked or
    /// restored from a snapshot, before it
    /// encrypts. Calls that run while this one does may still use a nonce of the old block.
    /// </summary>
    public static void Discard() => Interlocked.Increment(ref _generation);

    /// <summary>Writes a nonce that nobody else gets. It counts as used from here on, whatever happens to the caller.</summary>
    internal static void Next(Span<byte> destination) => Next(destination, Environment.TickCount64);

    /// <summary>The same at a given time.</summary>
    internal static void Next(Span<byte> destination, long now)
    {
        if (_drawPerCall)
        {
            RandomNumberGenerator.Fill(destination[..EnvelopeFormat.NonceLength]);
            return;
        }

        Block block = _block ??= new Block();
        int position = block.Position;
        int generation = Volatile.Read(ref _generation);
        if (position == BlockLength || block.Generation != generation || now - block.DrawnAt is < 0 or >= BlockLifetime)
        {
            // The position stays at the end until the block is filled: a generator that throws must not make old nonces new again.
            block.Position = BlockLength;
            RandomNumberGenerator.Fill(block.Bytes);
            block.Generation = generation;
            block.DrawnAt = now;
            position = 0;
        }

        block.Position = position + EnvelopeFormat.NonceLength;
        block.Bytes.AsSpan(position, EnvelopeFormat.NonceLength).CopyTo(destination);
    }

    /// <summary>The state of this thread as a copy of the process would have it.</summary>
    internal static Block Copy() => (_block ?? new Block()).Clone();

    /// <summary>Goes on from a copied state.</summary>
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

using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>
/// 96-bit nonces from the system's CSPRNG, drawn in blocks per thread: one call to the generator costs as much as one encryption
/// of a short message (measured), so it is paid once for <see cref="BlockNonces"/> of them.
/// </summary>
internal static class NonceSource
{
    internal const int BlockNonces = 128;

    private const int BlockLength = BlockNonces * EnvelopeFormat.NonceLength;

    [ThreadStatic]
    private static Block? _block;

    /// <summary>Writes a nonce that nobody else gets. It counts as used from here on, whatever happens to the caller.</summary>
    internal static void Next(Span<byte> destination)
    {
        Block block = _block ??= new Block();
        int position = block.Position;
        if (position == BlockLength)
        {
            // The position stays at the end until the block is filled: a generator that throws must not make old nonces new again.
            RandomNumberGenerator.Fill(block.Bytes);
            position = 0;
        }

        block.Position = position + EnvelopeFormat.NonceLength;
        block.Bytes.AsSpan(position, EnvelopeFormat.NonceLength).CopyTo(destination);
    }

    private sealed class Block
    {
        internal readonly byte[] Bytes = new byte[BlockLength];
        internal int Position = BlockLength;
    }
}

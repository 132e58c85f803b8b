using System.Security.Cryptography;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>
/// Generates 128 random nonces at a time, as the SDK does. With one call for each value, the benchmark would mostly
/// measure the random number generator.
/// </summary>
sealed class NonceBlock
{
    const int Length = 12;
    readonly byte[] _nonces = new byte[128 * Length];
    int _next = 128 * Length;

    internal ReadOnlySpan<byte> Next()
    {
        if (_next == _nonces.Length)
        {
            RandomNumberGenerator.Fill(_nonces);
            _next = 0;
        }
        _next += Length;
        return _nonces.AsSpan(_next - Length, Length);
    }
}

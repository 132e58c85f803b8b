using System.Security.Cryptography;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>Random nonces drawn 128 at a time, as we draw them: with one draw a value the generator would be what is measured.</summary>
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

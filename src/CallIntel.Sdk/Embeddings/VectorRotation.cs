using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Embeddings;

/// <summary>
/// A secret rotation of a vector space: an orthogonal matrix that is drawn uniformly (Stewart 1980) from a key. It
/// keeps all inner products, so a search finds the same, but a vector is no vector of the model any more.
/// </summary>
/// <remarks>
/// Thread-safe. The rotation is linear: whoever knows as many pairs of text and rotated vector as there are dimensions
/// can compute it.
/// </remarks>
sealed class VectorRotation
{
    /// <summary>The most dimensions that are rotated. A rotation takes half of their square in floats.</summary>
    internal const int MaxDimensions = 2048;

    /// <summary>Reflections, each of the last coordinates: the first one of all, the last one of two.</summary>
    readonly float[][] _mirrors;
    readonly bool[] _flips;

    /// <param name="key">32 bytes. The same key and number of dimensions give the same rotation.</param>
    /// <param name="dimensions">The number of dimensions.</param>
    internal VectorRotation(ReadOnlySpan<byte> key, int dimensions)
    {
        Normals normals = new(key);
        _mirrors = new float[Math.Max(dimensions - 1, 0)][];
        _flips = new bool[dimensions];
        for (int i = 0; i < _mirrors.Length; i++)
            _mirrors[i] = Mirror(normals, dimensions - i, out _flips[i]);
        _flips[^1] = normals.Next() < 0;
    }

    /// <summary>Rotates a vector in place.</summary>
    internal void Rotate(Span<float> vector)
    {
        for (int i = _mirrors.Length - 1; i >= 0; i--)
        {
            float[] mirror = _mirrors[i];
            Span<float> part = vector[i..];
            float twice = 2 * Dot(mirror, part);
            for (int k = 0; k < mirror.Length; k++)
                part[k] -= twice * mirror[k];
        }
        for (int i = 0; i < _flips.Length; i++)
            if (_flips[i])
                vector[i] = -vector[i];
    }

    /// <summary>The reflection that turns a random direction into an axis.</summary>
    static float[] Mirror(Normals normals, int dimensions, out bool flips)
    {
        double[] x = new double[dimensions];
        double squares = 0;
        for (int k = 0; k < dimensions; k++)
        {
            x[k] = normals.Next();
            squares += x[k] * x[k];
        }
        double length = Math.Sqrt(squares);
        flips = x[0] >= 0;
        x[0] += flips ? length : -length; // away from zero
        double norm = Math.Sqrt(2 * length * Math.Abs(x[0]));
        return Array.ConvertAll(x, value => (float)(value / norm));
    }

    static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sums = default;
        int k = 0;
        for (; k <= a.Length - Vector<float>.Count; k += Vector<float>.Count)
            sums += new Vector<float>(a[k..]) * new Vector<float>(b[k..]);
        float sum = Vector.Sum(sums);
        for (; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    /// <summary>Normally distributed numbers from a key (HMAC-SHA-512 of a counter, and Box-Muller).</summary>
    sealed class Normals(ReadOnlySpan<byte> key)
    {
        readonly byte[] _key = key.ToArray();
        readonly byte[] _block = new byte[64];
        int _at = 64;
        long _counter;
        double? _other;

        internal double Next()
        {
            if (_other is { } other)
            {
                _other = null;
                return other;
            }
            double radius = Math.Sqrt(-2 * Math.Log(Uniform()));
            (double sin, double cos) = Math.SinCos(2 * Math.PI * Uniform());
            _other = radius * sin;
            return radius * cos;
        }

        /// <summary>A number above 0 and at most 1.</summary>
        double Uniform()
        {
            if (_at == _block.Length)
            {
                Span<byte> counter = stackalloc byte[8];
                BinaryPrimitives.WriteInt64BigEndian(counter, _counter++);
                HMACSHA512.HashData(_key, counter, _block);
                _at = 0;
            }
            ulong bits = BinaryPrimitives.ReadUInt64BigEndian(_block.AsSpan(_at)) >> 11;
            _at += 8;
            return (bits + 1) * (1.0 / (1UL << 53));
        }
    }
}

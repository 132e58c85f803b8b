using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Ingestion.Importers.Android;

/// <summary>
/// Computes the SHA-256 digest and the length of an attachment that is read in pieces of base64 text.
/// </summary>
sealed class PictureDigest : IDisposable
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] _encoded = new byte[4096];
    readonly byte[] _decoded = new byte[4096];
    int _count;

    internal long Length { get; private set; }

    internal void Append(ReadOnlySpan<byte> base64)
    {
        foreach (byte b in base64)
        {
            if (b is (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t')
                continue;
            _encoded[_count++] = b;
            if (_count == _encoded.Length)
                Flush(isFinal: false);
        }
    }

    /// <returns>The digest in hexadecimal. Null if there was no attachment.</returns>
    internal string? Finish()
    {
        Flush(isFinal: true);
        return Length == 0 ? null : Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    internal void Reset()
    {
        if (_count > 0 || Length > 0)
            _hash.GetHashAndReset();
        (_count, Length) = (0, 0);
    }

    public void Dispose() => _hash.Dispose();

    void Flush(bool isFinal)
    {
        Base64.DecodeFromUtf8(_encoded.AsSpan(0, _count), _decoded, out _, out int written, isFinal);
        _hash.AppendData(_decoded, 0, written);
        Length += written;
        _count = 0;
    }
}

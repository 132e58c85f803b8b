using System.Text.Json;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// The keys that signed checkpoints, in their history: the current key signs, and the former keys stay to verify older
/// checkpoints.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Keep the file with the private key out of the application and the database server: only
/// the worker that seals needs it. A copy without private keys is enough to verify.
/// </remarks>
public sealed class SealKeyRing
{
    readonly SealKey[] _keys;

    /// <summary>Creates a ring.</summary>
    /// <param name="current">The key that signs.</param>
    /// <param name="former">The keys that signed before.</param>
    /// <exception cref="CallIntelException"><c>CI0361</c>: two keys have the same name.</exception>
    public SealKeyRing(SealKey current, params IReadOnlyList<SealKey> former)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(former);
        Current = current;
        _keys = [current, .. former];
        if (_keys.DistinctBy(k => k.Name).Count() != _keys.Length)
            throw SealKey.Invalid("Two seal keys have the same name.");
    }

    /// <summary>The key that signs.</summary>
    public SealKey Current { get; }

    /// <summary>All keys, the current one first.</summary>
    public IReadOnlyList<SealKey> Keys => _keys;

    /// <summary>Returns a ring that signs with another key and keeps the public parts of all keys before.</summary>
    /// <param name="next">The new key.</param>
    /// <exception cref="CallIntelException"><c>CI0361</c>: a key of the ring has the same name.</exception>
    public SealKeyRing Rotate(SealKey next) => new(next, PublicOnly(_keys));

    /// <summary>Returns a ring without private keys, for those who verify.</summary>
    public SealKeyRing WithoutPrivateKeys()
    {
        SealKey[] keys = PublicOnly(_keys);
        return new SealKeyRing(keys[0], keys[1..]);
    }

    /// <summary>
    /// Reads a ring file:
    /// <c>{"current": "name", "keys": [{"name": "...", "public": "base64", "private": "base64"}]}</c>.
    /// </summary>
    /// <param name="path">
    /// The path of the file. On Unix, only its owner may have access (mode 0600) if it contains a private key.
    /// </param>
    /// <exception cref="CallIntelException">
    /// <c>CI0361</c>: the file is missing, accessible to others or malformed, or does not contain the current key.
    /// </exception>
    public static SealKeyRing Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            string current = document.RootElement.GetProperty("current").GetString() ?? "";
            List<SealKey> keys = [];
            foreach (JsonElement key in document.RootElement.GetProperty("keys").EnumerateArray())
            {
                string name = key.GetProperty("name").GetString() ?? "";
                keys.Add(
                    key.TryGetProperty("private", out JsonElement privateKey)
                        ? SealKey.FromPrivateKey(name, privateKey.GetBytesFromBase64())
                        : SealKey.FromPublicKey(name, key.GetProperty("public").GetBytesFromBase64())
                );
            }
            if (keys.Exists(k => k.CanSign) && PrivateFile.IsOpenToOthers(path))
                throw SealKey.Invalid("The file with seal keys can be read or written by other users.");
            SealKey signs = keys.Find(k => k.Name == current)
                ?? throw SealKey.Invalid("The file with seal keys does not contain its current key.");
            return new SealKeyRing(signs, [.. keys.Where(k => k != signs)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SealKey.Invalid("The file with seal keys cannot be read.", e);
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // The exception of the JSON parser could quote the file, so it is not passed on.
            throw SealKey.Invalid("The file with seal keys is malformed.");
        }
    }

    /// <summary>
    /// Writes the ring in the format that <see cref="Load"/> reads. Only the owner can read the file; an existing file
    /// is replaced atomically.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        PrivateFile.WriteJson(path, json =>
        {
            json.WriteString("current", Current.Name);
            json.WriteStartArray("keys");
            foreach (SealKey key in _keys)
            {
                json.WriteStartObject();
                json.WriteString("name", key.Name);
                json.WriteBase64String("public", key.ExportPublicKey());
                if (key.CanSign)
                    json.WriteBase64String("private", key.PrivateBytes.Span);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_keys.Length} seal keys (***)";

    static SealKey[] PublicOnly(SealKey[] keys) =>
        [.. keys.Select(k => SealKey.FromPublicKey(k.Name, k.ExportPublicKey()))];
}

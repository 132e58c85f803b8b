using System.Text.Json;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// The live signing keys. The current key signs new tokens; the other keys stay valid during a rotation.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. To rotate: install the new key in the database, add it to the ring of every application,
/// make it the current key everywhere, then retire the old key.
/// </remarks>
public sealed class SigningKeyRing
{
    readonly SigningKey[] _keys;

    /// <summary>Creates a ring.</summary>
    /// <param name="current">The key that signs new tokens.</param>
    /// <param name="others">The other live keys.</param>
    /// <exception cref="CallIntelException"><c>CI0008</c>: two keys have the same id.</exception>
    public SigningKeyRing(SigningKey current, params IReadOnlyList<SigningKey> others)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(others);
        Current = current;
        _keys = [current, .. others];
        if (_keys.DistinctBy(k => k.Id).Count() != _keys.Length)
            throw new CallIntelException(
                ErrorCodes.InvalidSigningKey,
                "Two signing keys have the same id.",
                "Give each key its own id."
            );
    }

    /// <summary>The key that signs new tokens.</summary>
    public SigningKey Current { get; }

    /// <summary>All live keys, the current one first.</summary>
    public IReadOnlyList<SigningKey> Keys => _keys;

    /// <summary>Reads a ring file: <c>{"current": 1, "keys": [{"id": 1, "key": "base64"}]}</c>.</summary>
    /// <param name="path">The path of the file. On Unix, only its owner may have access (mode 0600).</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0008</c>: the file is missing, accessible to others or malformed, or does not contain the current key.
    /// </exception>
    public static SigningKeyRing Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (PrivateFile.IsOpenToOthers(path))
                throw Unusable("The signing key file can be read or written by other users.", "Set its mode to 0600.");

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            int current = document.RootElement.GetProperty("current").GetInt32();
            List<SigningKey> keys = [];
            foreach (JsonElement key in document.RootElement.GetProperty("keys").EnumerateArray())
                keys.Add(new SigningKey(key.GetProperty("id").GetByte(), key.GetProperty("key").GetBytesFromBase64()));
            SigningKey signs = keys.Find(k => k.Id == current)
                ?? throw Unusable(
                    "The signing key file does not contain its current key.",
                    "Set \"current\" to the id of one of the keys in the file."
                );
            return new SigningKeyRing(signs, [.. keys.Where(k => k != signs)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(
                "The signing key file cannot be read.",
                "Check that it exists and that the application's user owns it.",
                e
            );
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // The exception of the JSON parser could quote the file, so it is not passed on.
            throw Unusable("The signing key file is malformed.", "Create it again with SigningKeyRing.Save.");
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
            json.WriteNumber("current", Current.Id);
            json.WriteStartArray("keys");
            foreach (SigningKey key in _keys)
            {
                json.WriteStartObject();
                json.WriteNumber("id", key.Id);
                json.WriteBase64String("key", key.Bytes);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_keys.Length} signing keys (***)";

    static CallIntelException Unusable(string problem, string remedy, Exception? inner = null) =>
        new(ErrorCodes.InvalidSigningKey, problem, remedy, inner);
}

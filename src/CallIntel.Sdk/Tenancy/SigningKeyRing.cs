using System.Text.Json;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Tenancy;

/// <summary>The live signing keys: one signs, the others are there while they rotate.</summary>
/// <remarks>
/// Rotation: install the new key in the database, add it to every application's ring, make it current everywhere, then
/// retire the old one. Immutable and thread-safe.
/// </remarks>
public sealed class SigningKeyRing
{
    readonly SigningKey[] _keys;

    /// <summary>Makes a ring.</summary>
    /// <param name="current">The key that signs new tokens.</param>
    /// <param name="others">Further live keys.</param>
    /// <exception cref="CallIntelException"><c>CI0008</c>: two keys have one id.</exception>
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
                "Give each key an id of its own."
            );
    }

    /// <summary>The key that signs.</summary>
    public SigningKey Current { get; }

    /// <summary>All live keys, the current one first.</summary>
    public IReadOnlyList<SigningKey> Keys => _keys;

    /// <summary>Reads a ring file: <c>{"current": 1, "keys": [{"id": 1, "key": "base64"}]}</c>.</summary>
    /// <param name="path">The file; its owner alone may read it (mode 0600 on Unix).</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0008</c>: the file is missing, readable by others, damaged, or names no current key.
    /// </exception>
    public static SigningKeyRing Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (
                !OperatingSystem.IsWindows()
                && (
                    File.GetUnixFileMode(path)
                    & (
                        UnixFileMode.GroupRead
                        | UnixFileMode.OtherRead
                        | UnixFileMode.GroupWrite
                        | UnixFileMode.OtherWrite
                    )
                ) != 0
            )
                throw Unusable("The signing key file can be read or written by other users.", "Set its mode to 0600.");

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            int current = document.RootElement.GetProperty("current").GetInt32();
            List<SigningKey> keys = [];
            foreach (JsonElement key in document.RootElement.GetProperty("keys").EnumerateArray())
                keys.Add(new SigningKey(key.GetProperty("id").GetByte(), key.GetProperty("key").GetBytesFromBase64()));
            SigningKey signs = keys.Find(k => k.Id == current)
                ?? throw Unusable(
                    "The signing key file does not hold its current key.",
                    "Set \"current\" to the id of one of its keys."
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
            // the parser's own exception may quote the file
            throw Unusable("The signing key file is damaged.", "Write it again as SigningKeyRing.Load documents.");
        }
    }

    /// <summary>
    /// Writes the ring as <see cref="Load"/> reads it, readable by its owner alone; an existing file is replaced in one
    /// step.
    /// </summary>
    /// <param name="path">The file.</param>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = path + ".new";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream stream = new(temporary, options))
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
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
            json.WriteEndObject();
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_keys.Length} signing keys (***)";

    static CallIntelException Unusable(string problem, string remedy, Exception? inner = null) =>
        new(ErrorCodes.InvalidSigningKey, problem, remedy, inner);
}

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The content of a key-ring file, which is JSON. <c>docs/envelope.md</c> describes the format.</summary>
sealed record KeyRingDocument(string Protection, int Iterations, byte[] Salt, IReadOnlyList<KeyRingEntry> Keys)
{
    internal const int CurrentFormatVersion = 2;

    internal const string ActiveState = "active";
    internal const string DecryptOnlyState = "decrypt_only";
    internal const string DestroyedState = "destroyed";
    internal const int SaltLength = 16;

    const string Format = "callintel-key-ring";
    const string Kdf = "pbkdf2-sha256";

    /// <summary>2, or 1 for older files, which have no MAC.</summary>
    internal int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>HMAC-SHA-256 over <see cref="Authenticated"/>. Empty for files of format 1.</summary>
    internal byte[] Mac { get; init; } = [];

    internal KeyRingEntry Active => Keys.Single(k => k.State == ActiveState);

    internal static KeyRingDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Malformed(e);
        }
    }

    /// <summary>Returns what the MAC covers: one line of text for the protection and one for each key.</summary>
    internal byte[] Authenticated()
    {
        StringBuilder text = new("ci/ring/mac/v2\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Protection} {AuthenticatedIterations} {Convert.ToBase64String(Salt)}\n"
        );
        foreach (KeyRingEntry key in Keys)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{key.Version} {key.Id} {key.State} {Text(key.Created)} {Convert.ToBase64String(key.Key)}\n"
            );

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    int AuthenticatedIterations => Protection == KeyRingProtection.PassphraseKind ? Iterations : 0;

    internal byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteNumber("version", CurrentFormatVersion);
            writer.WriteStartObject("protection");
            writer.WriteString("kind", Protection);
            if (Protection == KeyRingProtection.PassphraseKind)
            {
                writer.WriteString("kdf", Kdf);
                writer.WriteNumber("iterations", Iterations);
            }

            writer.WriteBase64String("salt", Salt);
            writer.WriteEndObject();
            writer.WriteStartArray("keys");
            foreach (KeyRingEntry key in Keys)
                Write(writer, key);

            writer.WriteEndArray();
            writer.WriteBase64String("mac", Mac);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    static void Write(Utf8JsonWriter writer, KeyRingEntry key)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", key.Version);
        writer.WriteString("id", key.Id);
        writer.WriteString("state", key.State);
        writer.WriteString("created", Text(key.Created));
        if (key.State != DestroyedState)
            writer.WriteBase64String("key", key.Key);

        writer.WriteEndObject();
    }

    static KeyRingDocument Read(JsonElement root)
    {
        if (root.GetProperty("format").GetString() != Format)
            throw Malformed(null);

        int version = root.GetProperty("version").GetInt32();
        if (version is not (1 or CurrentFormatVersion))
        {
            throw new CallIntelException(
                CryptoErrorCodes.KeyRingVersionUnsupported,
                $"The key ring has format version {version}, which this version of CallIntel cannot read.",
                "Use the version of CallIntel that wrote the file, or a newer one."
            );
        }

        JsonElement protection = root.GetProperty("protection");
        string kind = protection.GetProperty("kind").GetString() ?? throw Malformed(null);
        int iterations = 0;
        if (kind == KeyRingProtection.PassphraseKind)
        {
            iterations = protection.GetProperty("iterations").GetInt32();
            if (
                protection.GetProperty("kdf").GetString() != Kdf
                || iterations is < KeyRingProtection.MinIterations or > KeyRingProtection.MaxIterations
            )
                throw DerivationRefused();
        }

        byte[] salt = protection.GetProperty("salt").GetBytesFromBase64();
        List<KeyRingEntry> keys = [.. root.GetProperty("keys").EnumerateArray().Select(ReadKey)];
        bool sound =
            salt.Length == SaltLength
            && keys.Count(k => k.State == ActiveState) == 1
            && keys.Select(k => k.Version).Distinct().Count() == keys.Count;
        return sound
            ? new KeyRingDocument(kind, iterations, salt, keys)
            {
                FormatVersion = version,
                Mac = version == 1 ? [] : root.GetProperty("mac").GetBytesFromBase64(),
            }
            : throw Malformed(null);
    }

    static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    static KeyRingEntry ReadKey(JsonElement key)
    {
        string state = key.GetProperty("state").GetString() ?? string.Empty;
        if (state is not (ActiveState or DecryptOnlyState or DestroyedState))
            throw Malformed(null);

        return new KeyRingEntry(
            key.GetProperty("version").GetInt32(),
            key.GetProperty("id").GetString() ?? throw Malformed(null),
            state,
            key.GetProperty("created").GetDateTimeOffset(),
            state == DestroyedState ? [] : key.GetProperty("key").GetBytesFromBase64()
        );
    }

    static CallIntelException Malformed(Exception? inner) =>
        new(
            CryptoErrorCodes.KeyRingMalformed,
            "The key-ring file is empty, truncated or not a key ring.",
            "Restore the file from its backup. Nothing that was encrypted under it can be read without it.",
            inner
        );

    static CallIntelException DerivationRefused() =>
        new(
            CryptoErrorCodes.KeyRingDerivationRefused,
            "The key ring's passphrase derivation is not PBKDF2-SHA-256 with 600 000 to 10 000 000 iterations.",
            "Restore the file from its backup, and find out who changed it: fewer iterations weaken the passphrase."
        );
}

using System.Text.Json;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

/// <summary>Reads the vectors out of docs/envelope.md, so that the page and the code cannot part.</summary>
public partial class EnvelopeVectorTests
{
    [Fact]
    public void The_published_envelopes_are_what_this_code_makes_and_opens()
    {
        List<JsonElement> vectors = Read("envelope");
        Assert.Equal(6, vectors.Count);
        foreach (JsonElement v in vectors)
        {
            Guid org = v.GetProperty("org").GetGuid();
            Guid row = v.GetProperty("row").GetGuid();
            byte[] plaintext = Hex(v, "plaintext");
            byte[] expected = Hex(v, "envelope");
            var field = new FieldHandle(
                org, v.GetProperty("table").GetString()!, v.GetProperty("column").GetString()!, (FieldPadding)v.GetProperty("padding").GetInt32());
            using var key = new DataKey(org, new KeySubject(KeyPurpose.Parse(v.GetProperty("purpose").GetString()!), TestKeys.Row), Hex(v, "key"));

            Assert.Equal(DecryptResult.Ok, TestKeys.Decrypt(key, field, expected, out byte[] back, row));
            Assert.Equal(plaintext, back);

            byte[] envelope = new byte[EnvelopeFormat.GetLength(plaintext.Length, field.Padding)];
            EnvelopeSealer.WriteHeader(envelope, key.Id, field.Padding != FieldPadding.None);
            Hex(v, "nonce").CopyTo(envelope, EnvelopeFormat.NonceOffset);
            byte[] associatedData = new byte[EnvelopeFormat.AssociatedDataLength];
            EnvelopeSealer.WriteAssociatedData(associatedData, envelope, field, row);
            Assert.Equal(Hex(v, "associatedData"), associatedData);
            byte[] padded = new byte[envelope.Length - EnvelopeFormat.Overhead];
            plaintext.CopyTo(padded, 0);
            if (field.Padding != FieldPadding.None)
                EnvelopeSealer.Pad(padded, plaintext.Length);

            Assert.True(key.Cipher.TryRent(out var cipher));
            EnvelopeSealer.Seal(cipher, envelope, padded, associatedData);
            key.Cipher.Return(cipher);
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(envelope));
        }
    }

    [Fact]
    public void The_published_blind_indexes_are_what_this_code_makes()
    {
        List<JsonElement> vectors = Read("index");
        Assert.Equal(4, vectors.Count);
        foreach (JsonElement v in vectors)
        {
            using BlindIndexKey key = BlindIndexKey.Derive(
                Hex(v, "root"), TestKeys.Org, v.GetProperty("domain").GetString()!, v.GetProperty("version").GetInt32());
            Assert.Equal(v.GetProperty("index").GetGuid(), key.Compute((BlindIndexKind)v.GetProperty("kind").GetInt32(), v.GetProperty("value").GetString()!));
        }
    }

    [Fact]
    public void The_published_wrapped_key_unwraps_to_the_key()
    {
        JsonElement v = Read("wrapped")[0];
        using var kek = new OrgKek(v.GetProperty("org").GetGuid(), v.GetProperty("epoch").GetInt32(), new KeyedCipher(Hex(v, "kek")));
        var subject = new KeySubject(KeyPurpose.Parse(v.GetProperty("purpose").GetString()!), v.TryGetProperty("subject", out JsonElement id) ? id.GetGuid() : TestKeys.Row);
        using DataKey key = kek.Unwrap(new DataKeyRecord(new KeyId(Hex(v, "keyId")), subject, kek.Epoch, KeyState.Active, Hex(v, "wrapped")));
        Assert.Equal(Hex(v, "key"), key.Cipher.Bytes.ToArray());
    }

    private static byte[] Hex(JsonElement vector, string property) => Convert.FromHexString(vector.GetProperty(property).GetString()!);

    private static List<JsonElement> Read(string property) =>
    [
        .. JsonBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "envelope.md")))
            .Select(m => JsonDocument.Parse(m.Groups[1].Value).RootElement)
            .Where(v => v.TryGetProperty(property, out _)),
    ];

    [GeneratedRegex("```json\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}

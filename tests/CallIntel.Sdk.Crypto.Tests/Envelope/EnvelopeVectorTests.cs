using System.Text.Json;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

/// <summary>Reads the vectors from docs/envelope.md, so that the page and the code stay consistent.</summary>
public partial class EnvelopeVectorTests
{
    [Fact]
    public void Published_envelope_vectors_are_reproduced_and_decrypted()
    {
        List<JsonElement> vectors = [.. Read("envelope").Where(v => v.TryGetProperty("plaintext", out _))];
        Assert.Equal(6, vectors.Count);
        foreach (JsonElement v in vectors)
        {
            Guid org = v.GetProperty("org").GetGuid();
            Guid row = v.GetProperty("row").GetGuid();
            byte[] plaintext = Hex(v, "plaintext");
            byte[] expected = Hex(v, "envelope");
            var field = new FieldHandle(
                org,
                v.GetProperty("table").GetString()!,
                v.GetProperty("column").GetString()!,
                (FieldPadding)v.GetProperty("padding").GetInt32()
            );
            using var key = new DataKey(
                org,
                new KeySubject(KeyPurpose.Parse(v.GetProperty("purpose").GetString()!), TestKeys.Row),
                Hex(v, "key")
            );

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
    public void Published_blind_index_vectors_are_reproduced()
    {
        List<JsonElement> vectors = Read("index");
        Assert.Equal(6, vectors.Count);
        foreach (JsonElement v in vectors)
        {
            using BlindIndexKey key = BlindIndexKey.Derive(
                Hex(v, "root"),
                TestKeys.Org,
                v.GetProperty("domain").GetString()!,
                v.GetProperty("version").GetInt32()
            );
            Assert.Equal(
                v.GetProperty("index").GetGuid(),
                key.Compute((BlindIndexKind)v.GetProperty("kind").GetInt32(), v.GetProperty("value").GetString()!)
            );
        }
    }

    [Fact]
    public void The_published_wrapped_key_unwraps()
    {
        List<JsonElement> vectors = Read("wrapped");
        Assert.Equal(["D2", "D1"], vectors.Select(v => v.GetProperty("wrapped").GetString()![..2].ToUpperInvariant()));
        vectors.ForEach(AssertUnwraps);
    }

    [Fact]
    public void Published_keys_of_conversations_unwrap_with_the_key_of_a_party()
    {
        List<JsonElement> vectors = Read("conversationWrapped");
        Assert.Equal(2, vectors.Count);
        foreach (JsonElement v in vectors)
        {
            Guid org = v.GetProperty("org").GetGuid();
            string author = v.GetProperty("author").GetString()!;
            var conversation = new KeyConversation(
                v.GetProperty("parties").EnumerateArray().Select(p => p.GetGuid()),
                author.Length == 0 ? null : Guid.Parse(author)
            );
            Assert.Equal(v.GetProperty("subject").GetGuid(), conversation.Subject.Id);
            using var party = new DataKey(org, KeySubject.Person(v.GetProperty("party").GetGuid()), Hex(v, "partyKey"));
            Assert.Equal(Hex(v, "partyKeyId"), party.Id.ToArray());
            byte[] material = new byte[SecretKey.Length];
            Assert.True(
                ConversationWrapping.TryUnwrap(
                    party,
                    new DataKeyRecord(
                        new KeyId(Hex(v, "keyId")),
                        conversation.Subject,
                        1,
                        KeyState.Active,
                        Hex(v, "conversationWrapped")
                    ),
                    Hex(v, "conversationWrapped"),
                    material
                )
            );
            Assert.Equal(Hex(v, "key"), material);
            Assert.Equal(Hex(v, "keyId"), DataKey.ComputeId(material, org, KeyPurpose.Conversation).ToArray());
        }
    }

    [Fact]
    public void Published_invalid_envelopes_are_rejected()
    {
        List<JsonElement> vectors = Read("negative");
        Assert.Equal(11, vectors.Count);
        foreach (JsonElement v in vectors)
        {
            Guid org = v.GetProperty("org").GetGuid();
            var field = new FieldHandle(org, v.GetProperty("table").GetString()!, v.GetProperty("column").GetString()!);
            using var key = new DataKey(
                org,
                new KeySubject(KeyPurpose.Parse(v.GetProperty("purpose").GetString()!), TestKeys.Row),
                Hex(v, "key")
            );
            DecryptResult result = TestKeys.Decrypt(
                key,
                field,
                Hex(v, "envelope"),
                out _,
                v.GetProperty("row").GetGuid()
            );
            Assert.Equal(
                (v.GetProperty("negative").GetString(), v.GetProperty("result").GetString()),
                (v.GetProperty("negative").GetString(), result.ToString())
            );
        }
    }

    [Fact]
    public async Task Published_org_keys_unwrap_under_the_root_key()
    {
        List<JsonElement> vectors = Read("orgKeyWrapped");
        Assert.Equal(2, vectors.Count);
        foreach (JsonElement v in vectors)
        {
            using var root = new EnvironmentRootKeyProvider("R", n =>
                n == "R" ? v.GetProperty("root").GetString() : null
            );
            var context = new RootKeyContext(
                (OrgKeyKind)v.GetProperty("kind").GetInt32(),
                v.GetProperty("org").GetGuid(),
                v.GetProperty("version").GetInt32()
            );
            var wrapped = new RootWrappedKey(v.GetProperty("rootKeyId").GetString()!, Hex(v, "orgKeyWrapped"));
            Assert.Equal(Hex(v, "key"), await TestKeys.UnwrapAsync(root, context, wrapped));
        }
    }

    /// <summary>Decrypts from the key-ring file to the text, as a recovery does.</summary>
    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task The_published_chains_of_keys_decrypt_the_published_texts()
    {
        List<JsonElement> chains = Read("chain");
        Assert.Equal(2, chains.Count);
        foreach (JsonElement chain in chains)
            await AssertDecryptsAsync(chain.GetProperty("chain"));
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    static async Task AssertDecryptsAsync(JsonElement chain)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("callintel-chain-");
        try
        {
            string path = Path.Combine(folder.FullName, "ring.json");
            await File.WriteAllTextAsync(
                path,
                chain.GetProperty("ring").GetRawText(),
                TestContext.Current.CancellationToken
            );
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using KeyRingFileProvider root = KeyRingFileProvider.Open(
                path,
                KeyRingProtection.Passphrase(chain.GetProperty("passphrase").GetString()!)
            );
            Guid org = chain.GetProperty("org").GetGuid();
            JsonElement orgKey = chain.GetProperty("orgKey"),
                data = chain.GetProperty("dataKey"),
                value = chain.GetProperty("value");
            int epoch = data.GetProperty("epoch").GetInt32();
            byte[] material = await TestKeys.UnwrapAsync(
                root,
                new RootKeyContext(OrgKeyKind.Kek, org, epoch),
                new RootWrappedKey(orgKey.GetProperty("rootKeyId").GetString()!, Hex(orgKey, "wrapped"))
            );
            using var kek = new OrgKek(org, epoch, new KeyedCipher(material));
            var subject = new KeySubject(
                KeyPurpose.Parse(data.GetProperty("purpose").GetString()!),
                data.GetProperty("subject").GetGuid()
            );
            byte[] wrapped = Hex(data, "wrapped");
            byte[] keyId = Hex(data, "keyId");
            if (chain.TryGetProperty("conversation", out JsonElement conversation))
            {
                wrapped =
                [
                    .. Hex(conversation, "wrapped"),
                    .. keyId,
                    .. subject.Id.ToByteArray(bigEndian: true),
                    .. wrapped,
                ];
                subject = new KeySubject(KeyPurpose.Conversation, conversation.GetProperty("subject").GetGuid());
                keyId = Hex(conversation, "keyId");
            }
            using DataKey key = kek.Unwrap(
                new DataKeyRecord(new KeyId(keyId), subject, epoch, KeyState.Active, wrapped)
            );
            var field = new FieldHandle(
                org,
                value.GetProperty("table").GetString()!,
                value.GetProperty("column").GetString()!
            );
            Guid row = value.TryGetProperty("row", out JsonElement id)
                ? id.GetGuid()
                : ExtraRowId(value.GetProperty("event").GetGuid(), value.GetProperty("ordinal").GetInt32());
            Assert.Equal(DecryptResult.Ok, TestKeys.Decrypt(key, field, Hex(value, "envelope"), out byte[] text, row));
            Assert.Equal(chain.GetProperty("text").GetString(), System.Text.Encoding.UTF8.GetString(text));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Published_row_ids_are_reproduced()
    {
        List<JsonElement> vectors = [.. Read("derivedRow").Where(v => v.TryGetProperty("event", out _))];
        Assert.Equal(2, vectors.Count);
        Assert.All(vectors, v =>
            Assert.Equal(
                v.GetProperty("derivedRow").GetGuid(),
                ExtraRowId(v.GetProperty("event").GetGuid(), v.GetProperty("ordinal").GetInt32())
            )
        );
    }

    /// <summary>
    /// Derives ids as the page describes. Tests of CallIntel.Sdk verify that it derives the same ids.
    /// </summary>
    static Guid ExtraRowId(Guid eventId, int ordinal)
    {
        byte[] message = [.. new byte[6], .. eventId.ToByteArray(bigEndian: true)[6..], 0, 0, 0, 0];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(16), ordinal);
        return new Guid(System.Security.Cryptography.SHA256.HashData(message).AsSpan(0, 16), bigEndian: true);
    }

    static void AssertUnwraps(JsonElement v)
    {
        using var kek = new OrgKek(
            v.GetProperty("org").GetGuid(),
            v.GetProperty("epoch").GetInt32(),
            new KeyedCipher(Hex(v, "kek"))
        );
        var subject = new KeySubject(
            KeyPurpose.Parse(v.GetProperty("purpose").GetString()!),
            v.TryGetProperty("subject", out JsonElement id) ? id.GetGuid() : TestKeys.Row
        );
        using DataKey key = kek.Unwrap(
            new DataKeyRecord(new KeyId(Hex(v, "keyId")), subject, kek.Epoch, KeyState.Active, Hex(v, "wrapped"))
        );
        Assert.Equal(Hex(v, "key"), key.Cipher.Bytes.ToArray());
    }

    static byte[] Hex(JsonElement vector, string property) =>
        Convert.FromHexString(vector.GetProperty(property).GetString()!);

    static List<JsonElement> Read(string property) =>
        [
            .. JsonBlock()
                .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "envelope.md")))
                .Select(m => JsonDocument.Parse(m.Groups[1].Value).RootElement)
                .Where(v => v.TryGetProperty(property, out _)),
        ];

    [GeneratedRegex("```json\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}

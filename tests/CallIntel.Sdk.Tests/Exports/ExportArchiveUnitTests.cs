using System.Security.Cryptography;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Exports;
using Microsoft.Extensions.Time.Testing;

namespace CallIntel.Sdk.Tests.Exports;

/// <summary>
/// Tests the format of export archives: whole, changed, cut off, reordered, expired, and with another key.
/// </summary>
public class ExportArchiveUnitTests
{
    const int Chunk = ArchiveCipher.ChunkLength + ArchiveCipher.TagLength;
    static readonly DateTimeOffset Created = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    static readonly Guid Org = new("019a0000-0000-7000-8000-000000000001"),
        Request = new("019a0000-0000-7000-8000-000000000002");
    readonly ArchiveKey _key = ArchiveKey.Create();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ArchiveCipher.ChunkLength - 1)]
    [InlineData(ArchiveCipher.ChunkLength)]
    [InlineData(ArchiveCipher.ChunkLength + 1)]
    [InlineData(2 * ArchiveCipher.ChunkLength)]
    [InlineData((3 * ArchiveCipher.ChunkLength) + 17)]
    public async Task An_archive_of_any_length_comes_back(int length)
    {
        byte[] plaintext = RandomNumberGenerator.GetBytes(length),
            archive = await WriteAsync(plaintext);
        Assert.Equal(plaintext, await ReadAsync(archive, _key));
        ExportArchiveReader reader = await OpenAsync(archive, _key);
        Assert.Equal((Org, Request), (reader.Org.Value, reader.Request.Value));
        Assert.Equal((Created, Created.AddDays(1)), (reader.CreatedAt, reader.ExpiresAt));
        await reader.CopyToAsync(Stream.Null, Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.CopyToAsync(Stream.Null, Cancellation));
    }

    [Fact]
    public async Task Every_changed_byte_is_noticed()
    {
        byte[] archive = await WriteAsync(RandomNumberGenerator.GetBytes(300));
        for (int i = 0; i < archive.Length; i++)
        {
            byte[] changed = [.. archive];
            changed[i] ^= 1;
            await UnreadableAsync(changed, _key);
        }
    }

    [Fact]
    public async Task Every_cut_is_noticed()
    {
        byte[] archive = await WriteAsync(RandomNumberGenerator.GetBytes((2 * ArchiveCipher.ChunkLength) + 100));
        int[] cuts =
        [
            .. Enumerable.Range(0, ArchiveHeader.Length + 20),
            ArchiveHeader.Length + Chunk - 1,
            ArchiveHeader.Length + Chunk, // after a whole chunk
            ArchiveHeader.Length + Chunk + 1,
            ArchiveHeader.Length + (2 * Chunk),
            ArchiveHeader.Length + (2 * Chunk) + ArchiveCipher.TagLength,
            archive.Length - 1,
        ];
        foreach (int cut in cuts)
            await UnreadableAsync(archive[..cut], _key);
    }

    [Fact]
    public async Task Chunks_that_are_swapped_repeated_dropped_or_appended_are_noticed()
    {
        byte[] archive = await WriteAsync(RandomNumberGenerator.GetBytes((3 * ArchiveCipher.ChunkLength) + 5)),
            header = archive[..ArchiveHeader.Length];
        byte[][] chunks = [.. archive[ArchiveHeader.Length..].Chunk(Chunk)];
        Assert.Equal(4, chunks.Length);
        byte[][][] others =
        [
            [chunks[1], chunks[0], chunks[2], chunks[3]],
            [chunks[0], chunks[0], chunks[1], chunks[2], chunks[3]],
            [chunks[1], chunks[2], chunks[3]],
            [chunks[0], chunks[2], chunks[3]],
            [chunks[0], chunks[1], chunks[2]],
            [chunks[0], chunks[1], chunks[3]],
            [chunks[0], chunks[1], chunks[2], chunks[3], [0]],
            [chunks[0], chunks[1], chunks[2], chunks[3], chunks[3]],
        ];
        foreach (byte[][] other in others)
            await UnreadableAsync([.. header, .. other.SelectMany(chunk => chunk)], _key);
    }

    [Fact]
    public async Task Chunks_and_headers_of_another_archive_under_the_same_key_are_noticed()
    {
        byte[] plaintext = RandomNumberGenerator.GetBytes(100),
            first = await WriteAsync(plaintext),
            second = await WriteAsync(plaintext);
        await UnreadableAsync([.. first[..ArchiveHeader.Length], .. second[ArchiveHeader.Length..]], _key);
    }

    [Fact]
    public async Task Another_key_does_not_open_an_archive()
    {
        byte[] archive = await WriteAsync([1, 2, 3]);
        await UnreadableAsync(archive, ArchiveKey.Create());
        await UnreadableAsync([.. Enumerable.Repeat((byte)0, 500)], _key);
        await UnreadableAsync([], _key);
    }

    [Fact]
    public async Task An_archive_that_was_not_completed_does_not_open()
    {
        MemoryStream destination = new();
        ArchiveHeader header = ArchiveHeader.Create(_key, Org, Request, Created, Created.AddDays(1));
        destination.Write(header.Bytes.Span);
        await using (ArchiveWriteStream stream = new(destination, header.PayloadKey(_key)))
            await stream.WriteAsync(new byte[2 * ArchiveCipher.ChunkLength], Cancellation);
        await UnreadableAsync(destination.ToArray(), _key);
    }

    [Fact]
    public async Task An_archive_opens_until_it_expires()
    {
        byte[] archive = await WriteAsync([1, 2, 3]);
        Assert.Equal([1, 2, 3], await ReadAsync(archive, _key, Created.AddDays(1).AddSeconds(-1)));
        foreach (DateTimeOffset late in new[] { Created.AddDays(1), Created.AddYears(1) })
        {
            CallIntelException expired = await Assert.ThrowsAsync<CallIntelException>(() =>
                ReadAsync(archive, _key, late)
            );
            Assert.Equal(ErrorCodes.ArchiveExpired, expired.Code);
        }
        // moving the expiry is a change of the header
        byte[] longer = [.. archive];
        longer[52]++;
        await UnreadableAsync(longer, _key);
    }

    [Fact]
    public void Keys_are_read_from_their_text_and_mistyped_ones_are_refused()
    {
        string text = _key.ToText();
        Assert.Equal(54, text.Length);
        Assert.Equal(text, ArchiveKey.Parse($" {text}\n").ToText());
        Assert.DoesNotContain(text[6..], _key.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(text, ArchiveKey.Create().ToText());
        for (int i = 0; i < text.Length; i++)
            foreach (char other in "A-_b9 =".Where(c => c != text[i]))
            {
                char[] changed = text.ToCharArray();
                changed[i] = other;
                Assert.False(ArchiveKey.TryParse(new string(changed), out _));
            }
        foreach (string? invalid in new[] { null, "", "CIAK1-", text[..^1], text + "A", text[6..], "CIAK1-" + text })
            Assert.False(ArchiveKey.TryParse(invalid, out _));
        Assert.Equal(
            ErrorCodes.InvalidArchiveKey,
            Assert.Throws<CallIntelException>(() => ArchiveKey.Parse(text[..^1])).Code
        );
    }

    [Fact]
    public async Task The_format_is_the_documented_one()
    {
        byte[] archive = await WriteAsync("hello"u8.ToArray());
        // docs/export-archive.md, computed here step by step
        Assert.Equal("CIARCH1\n"u8, archive.AsSpan(0, 8));
        byte[] salt = archive[56..88],
            text = Convert.FromBase64String(_key.ToText()[6..].Replace('-', '+').Replace('_', '/')),
            key = text[..32];
        byte[] headerKey = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            key,
            32,
            salt,
            "callintel/archive/v1/header"u8.ToArray()
        );
        Assert.Equal(HMACSHA256.HashData(headerKey, archive[..88]), archive[88..120]);
        byte[] payloadKey = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            key,
            32,
            salt,
            [.. "callintel/archive/v1/payload"u8, .. SHA256.HashData(archive[..120])]
        );
        using AesGcm aes = new(payloadKey, 16);
        byte[] plaintext = new byte[5];
        byte[] nonce = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        aes.Decrypt(nonce, archive[120..125], archive[125..], plaintext);
        Assert.Equal("hello"u8, plaintext);
    }

    async Task<byte[]> WriteAsync(byte[] plaintext)
    {
        MemoryStream destination = new();
        ArchiveHeader header = ArchiveHeader.Create(_key, Org, Request, Created, Created.AddDays(1));
        destination.Write(header.Bytes.Span);
        await using ArchiveWriteStream stream = new(destination, header.PayloadKey(_key));
        // in pieces that fit no chunk, by both ways of writing
        foreach (byte[] piece in plaintext.Chunk(10_007))
            if (piece[0] % 2 == 0)
                stream.Write(piece, 0, piece.Length);
            else
                await stream.WriteAsync(piece, Cancellation);
        await stream.CompleteAsync(Cancellation);
        return destination.ToArray();
    }

    static Task<ExportArchiveReader> OpenAsync(byte[] archive, ArchiveKey key, DateTimeOffset? now = null) =>
        ExportArchiveReader.OpenAsync(
            new MemoryStream(archive),
            key,
            new FakeTimeProvider(now ?? Created),
            Cancellation
        );

    static async Task<byte[]> ReadAsync(byte[] archive, ArchiveKey key, DateTimeOffset? now = null)
    {
        MemoryStream plaintext = new();
        await (await OpenAsync(archive, key, now)).CopyToAsync(plaintext, Cancellation);
        return plaintext.ToArray();
    }

    static async Task UnreadableAsync(byte[] archive, ArchiveKey key) =>
        Assert.Equal(
            ErrorCodes.ArchiveUnreadable,
            (await Assert.ThrowsAsync<CallIntelException>(() => ReadAsync(archive, key))).Code
        );
}

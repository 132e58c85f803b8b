using System.Security.Cryptography;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.Audit;

/// <summary>Tests signed checkpoints, the history of their keys, and the file that keeps them.</summary>
public sealed class CheckpointUnitTests
{
    static readonly OrgId Org = new(Guid.Parse("01a22992-46a4-7f31-b71b-3d44d49173e8"));

    static readonly string Origin = Checkpoint.OriginOf(Org, new DateOnly(2026, 11, 5));

    [Fact]
    public void A_checkpoint_has_the_form_of_C2SP_and_opens_with_the_public_key()
    {
        SealKey key = SealKey.Create("example.org/seal");
        Checkpoint signed = Signed(key, 3);
        string[] lines = signed.Note.Split('\n');
        Assert.Equal(
            ["callintel/01a22992-46a4-7f31-b71b-3d44d49173e8/2026-11", "3", Convert.ToBase64String(new byte[32]), ""],
            lines[..4]
        );
        string[] signature = lines[4].Split(' ');
        Assert.Equal(("—", "example.org/seal", ""), (signature[0], signature[1], lines[5]));
        Assert.Equal(SHA256.HashData(key.ExportPublicKey())[..4], Convert.FromBase64String(signature[2])[..4]);
        Checkpoint opened = Checkpoint.Open(signed.Note, new SealKeyRing(key).WithoutPrivateKeys())!;
        Assert.Equal((Origin, 3L), (opened.Origin, opened.Size));
    }

    [Fact]
    public void A_changed_note_or_another_key_is_refused()
    {
        SealKey key = SealKey.Create("example.org/seal");
        SealKeyRing ring = new(key);
        string note = Signed(key, 3).Note;
        Assert.Null(Checkpoint.Open(note.Replace("\n3\n", "\n4\n", StringComparison.Ordinal), ring));
        Assert.Null(Checkpoint.Open(note.Replace("2026-11", "2026-12", StringComparison.Ordinal), ring));
        Assert.Null(Checkpoint.Open(note, new SealKeyRing(SealKey.Create("example.org/seal"))));
        foreach (string malformed in new[] { "", "\n\n", "a\n\n", "a\nb\nc\n\n— x y\n", note[..^20] })
            Assert.Null(Checkpoint.Open(malformed, ring));
    }

    [Fact]
    public void A_rotated_ring_still_opens_checkpoints_of_former_keys()
    {
        SealKey former = SealKey.Create("2026");
        SealKeyRing ring = new SealKeyRing(former).Rotate(SealKey.Create("2027"));
        Assert.False(ring.Keys[1].CanSign);
        Assert.NotNull(Checkpoint.Open(Signed(former, 1).Note, ring));
        string file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "seal.json");
        ring.Save(file);
        SealKeyRing loaded = SealKeyRing.Load(file);
        Assert.Equal((2, true), (loaded.Keys.Count, loaded.Current.CanSign));
        Assert.NotNull(Checkpoint.Open(Signed(loaded.Current, 1).Note, ring));
        Assert.DoesNotContain("MIG", ring.ToString(), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.GroupRead);
            Assert.Equal(
                ErrorCodes.InvalidSealKey,
                Assert.Throws<CallIntelException>(() => SealKeyRing.Load(file)).Code
            );
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("with+plus")]
    public void Names_that_a_signature_line_cannot_contain_are_rejected(string name) =>
        Assert.Equal(ErrorCodes.InvalidSealKey, Assert.Throws<CallIntelException>(() => SealKey.Create(name)).Code);

    [Fact]
    public async Task The_file_sink_keeps_the_largest_checkpoint_and_refuses_a_smaller_one()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        SealKey key = SealKey.Create("2026");
        string folder = Directory.CreateTempSubdirectory().FullName;
        FileCheckpointSink sink = new(folder);
        Assert.Null(await sink.FindLastAsync(Origin, stop));
        Assert.Empty(await sink.ReadEntriesAsync(Origin, stop));
        SealedEntry[] entries =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(i => new SealedEntry(i, AuditLedgers.Changes, Guid.CreateVersion7(), new byte[32])),
        ];
        await sink.PublishAsync(Signed(key, 2), entries[..2], stop);
        // delivered again, and overlapping
        await sink.PublishAsync(Signed(key, 2), entries[..2], stop);
        await sink.PublishAsync(Signed(key, 4), entries[1..], stop);
        Assert.Equal(
            entries.Select(e => e.EntryId),
            (await sink.ReadEntriesAsync(Origin, stop)).Select(e => e.EntryId)
        );
        Assert.Equal(4, Checkpoint.Open((await sink.FindLastAsync(Origin, stop))!, new SealKeyRing(key))!.Size);
        Assert.Equal([Origin], await sink.ListOriginsAsync(Org, stop));
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
            sink.PublishAsync(Signed(key, 3), entries[..3], stop)
        );
        Assert.Equal(ErrorCodes.CheckpointSinkFailed, error.Code);
        error = await Assert.ThrowsAsync<CallIntelException>(() => sink.FindLastAsync("callintel/../2026-11", stop));
        Assert.Equal(ErrorCodes.CheckpointSinkFailed, error.Code);
    }

    static Checkpoint Signed(SealKey key, long size) => Checkpoint.Sign(Origin, size, new byte[32], key);
}

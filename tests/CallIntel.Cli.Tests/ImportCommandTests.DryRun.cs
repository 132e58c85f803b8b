using System.IO.Compression;

namespace CallIntel.Cli.Tests;

/// <summary>What <c>import --dry-run</c> reports before anything is stored.</summary>
public sealed partial class ImportCommandTests
{
    [Fact]
    public async Task A_dry_run_shows_what_to_check_before_an_import_without_personal_data()
    {
        string file = fixture.Write(
                "check.csv",
                "sep=;\nid;at;party;seconds\n"
                    + "1;2026-01-05T10:00:00-0800;+4520123456;1:05\n"
                    + "2;2026-01-05T10:01:00-0800;anonymous;0\n"
                    + "3;2026-01-05T10:02:00-0800;20123456;5\n"
                    + "4;2026-01-05T10:03:00-0800;+4520123456;soon\n"
            ),
            mapping = fixture.Write("check.json", Mapping),
            rejects = Path.Combine(fixture.Folder, "check.jsonl");
        string[] import = ["import", file, "--source", "pbx", "--mapping", mapping, "--dry-run", "--rejects", rejects];

        CliRun run = await CliRun.RunAsync(EmptyEnvironment, import);
        Assert.Equal(1, run.ExitCode);
        foreach (
            string part in (string[])
                [
                    "4 read, 3 would be stored",
                    "3 Inbound",
                    "conversations: 3",
                    "with a withheld number: 1 (33.3 %)",
                    "line 3: 2026-01-05 10:00:00 -08:00, Call, Inbound, Unknown, +45******56, 65 s",
                    "1 rejected: malformed (duration: expected seconds",
                    "1 with a party that could not be read as a number",
                    "--region",
                ]
        )
            Assert.Contains(part, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("20123456", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "\"detail\":\"duration: expected",
            await File.ReadAllTextAsync(rejects, Cancellation),
            StringComparison.Ordinal
        );

        CliRun json = await CliRun.RunAsync(EmptyEnvironment, [.. import, "--region", "dk", "--json"]);
        Assert.Equal(
            (0, 1, 3),
            (Number(json, "unrecognizedNumbers"), Number(json, "withheld"), Number(json, "conversations"))
        );
    }

    [Theory]
    [InlineData("USA")]
    [InlineData("Denmark")]
    public async Task An_unknown_region_is_an_error_with_a_remedy(string region)
    {
        string file = fixture.Write("region.csv", Calls(1)),
            mapping = fixture.Write("region.json", Mapping);

        CliRun run = await CliRun.RunAsync(
            EmptyEnvironment,
            ["import", file, "--source", "pbx", "--mapping", mapping, "--region", region, "--dry-run"]
        );

        run.AssertFailed(2, "CI0220");
        Assert.Contains("two-letter", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_an_archive_and_a_workbook_without_records_are_errors()
    {
        string folder = Directory.CreateDirectory(Path.Combine(fixture.Folder, "nothing")).FullName,
            archive = Path.Combine(fixture.Folder, "other.zip"),
            workbook = Path.Combine(fixture.Folder, "book.xlsx");
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.html"), "<html>hi</html>", Cancellation);
        await ZipFile.CreateFromDirectoryAsync(folder, archive, Cancellation);
        await using (ZipArchive book = await ZipFile.OpenAsync(workbook, ZipArchiveMode.Create, Cancellation))
            foreach (string entry in (string[])["[Content_Types].xml", "xl/workbook.xml"])
                await (await book.CreateEntry(entry).OpenAsync(Cancellation)).DisposeAsync();

        foreach (string path in (string[])[folder, archive])
        {
            (await CliRun.RunAsync(EmptyEnvironment, ["import", path, "--source", "a", "--dry-run"])).AssertFailed(
                2,
                "CI0220"
            );
            (
                await CliRun.RunAsync(
                    EmptyEnvironment,
                    ["import", path, "--source", "a", "--dry-run", "--format", "android"]
                )
            ).AssertFailed(4, "CI0023");
        }
        CliRun run = await CliRun.RunAsync(EmptyEnvironment, ["import", workbook, "--source", "a", "--dry-run"]);
        run.AssertFailed(4, "CI0023");
        Assert.Contains("save it as CSV", run.Errors, StringComparison.Ordinal);
    }
}

using System.IO.Compression;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.SubjectRequests;
using Spectre.Console;

namespace CallIntel.SubjectRequestsSample.Output;

/// <summary>Prints what happens.</summary>
sealed class WalkView(IAnsiConsole console)
{
    public void Title(int number, string text) => console.MarkupLineInterpolated($"[bold]{number}. {text}[/]");

    public void Show(SubjectRequest request, SubjectDiscovery found)
    {
        console.MarkupLineInterpolated(
            $"   due before {request.DueAt:yyyy-MM-dd HH:mm} UTC; {found.Contacts.Count} contacts found"
        );
        foreach ((string table, long rows) in found.Tables)
            console.MarkupLineInterpolated($"   [grey]{table}: {rows:N0} rows[/]");
    }

    public void Show(SubjectExportReport report, Stream zip)
    {
        using ZipArchive files = new(zip, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in files.Entries)
            console.MarkupLineInterpolated($"   {entry.FullName}: {entry.Length:N0} bytes");
        console.MarkupLineInterpolated(
            $"   {report.Events:N0} events; the archive expires at {report.ExpiresAt:yyyy-MM-dd HH:mm} UTC"
        );
        foreach (ExportOmission omission in report.Omissions)
            console.MarkupLineInterpolated($"   [grey]left out: {omission.What}, because {omission.Reason}[/]");
        console.WriteLine();
    }

    public void Show(ErasureCertificate certificate, bool isGenuine)
    {
        foreach (ErasedRows rows in certificate.Statement.Rows.Where(rows => rows.Rows > 0))
            console.MarkupLineInterpolated($"   {rows.Table}: {rows.Rows:N0} rows ({rows.Action})");
        console.MarkupLineInterpolated(
            $"   {certificate.Statement.DestroyedKeys.Count} keys destroyed; signature valid: {isGenuine}"
        );
        console.WriteLine();
    }

    public void Show(IReadOnlyList<(DataMapTable Table, long Rows)> found, long left, bool isErased)
    {
        foreach ((DataMapTable table, long rows) in found.Where(found => found.Rows > 0))
            console.MarkupLineInterpolated(
                $"   {table.Name}: {rows} rows {(table.IsKept() ? $"(kept: {table.Reason})" : "LEFT")}"
            );
        console.MarkupLineInterpolated($"   {left} rows left; erased: {isErased}");
    }
}

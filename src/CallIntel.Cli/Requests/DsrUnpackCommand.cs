using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Exports;
using Spectre.Console;

namespace CallIntel.Cli.Requests;

/// <summary><c>callintel dsr unpack</c>: decrypts an archive. It needs no database.</summary>
static class DsrUnpackCommand
{
    static readonly Argument<string> Archive = new("archive") { Description = "The archive." };

    internal static Command Create() =>
        CommandLine.Create(
            "unpack",
            "Decrypt an archive to a zip file, to check it before it is sent.",
            RunAsync,
            Archive,
            DsrExportCommand.To,
            DsrExportCommand.KeyFile
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        ArchiveKey key = ArchiveKey.Parse(
            await DsrCommand
                .ReadTextAsync(arguments.GetRequiredValue(DsrExportCommand.KeyFile), cancellationToken)
                .ConfigureAwait(false)
                ?? ""
        );
        string to = arguments.GetRequiredValue(DsrExportCommand.To);
        await using FileStream source = Open(arguments.GetRequiredValue(Archive));
        ExportArchiveReader reader = await ExportArchiveReader
            .OpenAsync(source, key, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        FileStream destination = PrivateFile.Create(to);
        try
        {
            await using (destination.ConfigureAwait(false))
                await reader.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            File.Delete(to); // a part of an archive is of no use
            throw;
        }
        return new Outcome(
            ExitCode.Ok,
            new
            {
                Org = reader.Org.Value,
                Request = reader.Request.Value,
                reader.CreatedAt,
                reader.ExpiresAt,
            },
            console => console.WriteLine($"The zip file contains the data of request {reader.Request}.")
        );
    }

    static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SettingsReader.Wrong("The archive cannot be read.", "Check its path and its mode.");
        }
    }
}

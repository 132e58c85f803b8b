using System.ComponentModel;
using System.Diagnostics;

namespace CallIntel.Sdk.Testing.Ways;

/// <summary>What a small program prints.</summary>
internal static class ProgramOutput
{
    /// <summary>Runs a program to its end and returns its standard output; empty when it does not run.</summary>
    internal static async Task<string> ReadAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return output;
        }
        catch (Win32Exception)
        {
            return "";
        }
    }
}

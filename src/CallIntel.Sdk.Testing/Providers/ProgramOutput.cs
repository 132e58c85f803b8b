using System.ComponentModel;
using System.Diagnostics;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>Reads the output of short-running programs.</summary>
static class ProgramOutput
{
    /// <summary>
    /// Runs a program until it exits and returns its standard output; an empty string when it does not start.
    /// </summary>
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

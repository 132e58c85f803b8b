using CallIntel.Cli.Settings;

namespace CallIntel.Cli.Requests;

/// <summary>Creates files that only their owner can read.</summary>
static class PrivateFile
{
    internal static FileStream Create(string path)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SettingsReader.Wrong(
                "A file cannot be created, or exists.",
                "Name a file that does not exist, in a folder that you may write to."
            );
        }
    }
}

using System.Text.Json;

namespace CallIntel.Sdk.Tenancy;

/// <summary>A file with keys that only its owner may read.</summary>
static class PrivateFile
{
    /// <summary>Whether other users can read or write the file. Always false on Windows.</summary>
    internal static bool IsOpenToOthers(string path) =>
        !OperatingSystem.IsWindows()
        && (
            File.GetUnixFileMode(path)
            & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)
        ) != 0;

    /// <summary>Writes a JSON object, indented. An existing file is replaced atomically.</summary>
    internal static void WriteJson(string path, Action<Utf8JsonWriter> writeProperties)
    {
        string temporary = path + ".new";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream stream = new(temporary, options))
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            writeProperties(json);
            json.WriteEndObject();
        }
        File.Move(temporary, path, overwrite: true);
    }
}

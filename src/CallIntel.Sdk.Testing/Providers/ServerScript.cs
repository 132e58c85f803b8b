using System.Reflection;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>
/// The scripts <c>eng/postgres.sh</c> and <c>eng/postgres-install.sh</c>, which are embedded in this assembly.
/// </summary>
static class ServerScript
{
    const string Main = "postgres.sh";
    static readonly string[] Parts = [Main, "postgres-install.sh"];

    /// <summary>Writes the scripts to the cache folder and returns the path of <c>postgres.sh</c>.</summary>
    internal static async Task<string> UnpackAsync(HostEnvironment host, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<string, byte[]>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in Parts)
        {
            hash.AppendData(texts[part] = await ReadAsync(part, cancellationToken).ConfigureAwait(false));
        }

        // The name of the folder depends on the content, so that versions of this package do not overwrite each other.
        string folder = Path.Combine(
            host.CacheFolder,
            $"script-{Convert.ToHexStringLower(hash.GetHashAndReset()[..6])}"
        );
        Directory.CreateDirectory(folder);
        foreach ((string part, byte[] text) in texts)
        {
            string path = Path.Combine(folder, part);
            if (File.Exists(path))
                continue;
            string half = Path.Combine(folder, Path.GetRandomFileName());
            await File.WriteAllBytesAsync(half, text, cancellationToken).ConfigureAwait(false);
            File.Move(half, path, overwrite: true);
        }

        return Path.Combine(folder, Main);
    }

    static async Task<byte[]> ReadAsync(string part, CancellationToken cancellationToken)
    {
        Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(part)
            ?? throw new InvalidOperationException($"The assembly does not contain the embedded resource {part}.");
        await using (resource.ConfigureAwait(false))
        {
            byte[] text = new byte[resource.Length];
            await resource.ReadExactlyAsync(text, cancellationToken).ConfigureAwait(false);
            return text;
        }
    }
}

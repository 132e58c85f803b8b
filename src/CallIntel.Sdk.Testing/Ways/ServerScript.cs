using System.Reflection;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Testing.Ways;

/// <summary>The script <c>eng/postgres.sh</c>, which this assembly carries.</summary>
internal static class ServerScript
{
    /// <summary>Writes the script under the cache folder and returns its path.</summary>
    internal static async Task<string> UnpackAsync(Surroundings surroundings, CancellationToken cancellationToken)
    {
        Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("postgres.sh")
            ?? throw new InvalidOperationException("The assembly was built without postgres.sh.");
        byte[] text = new byte[resource.Length];
        await using (resource.ConfigureAwait(false)) await resource.ReadExactlyAsync(text, cancellationToken).ConfigureAwait(false);

        // The name follows the content: versions of this package side by side run their own script each.
        Directory.CreateDirectory(surroundings.CacheFolder);
        string path = Path.Combine(surroundings.CacheFolder, $"postgres-{Convert.ToHexStringLower(SHA256.HashData(text)[..6])}.sh");
        if (!File.Exists(path))
        {
            string half = $"{path}.{Environment.ProcessId}";
            await File.WriteAllBytesAsync(half, text, cancellationToken).ConfigureAwait(false);
            File.Move(half, path, overwrite: true);
        }

        return path;
    }
}

using System.Reflection;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Testing.Ways;

/// <summary>The script <c>eng/postgres.sh</c> and the part of it that installs, which this assembly carries.</summary>
internal static class ServerScript
{
    private const string Main = "postgres.sh";
    private static readonly string[] Parts = [Main, "postgres-install.sh"];

    /// <summary>Writes the script under the cache folder and returns its path.</summary>
    internal static async Task<string> UnpackAsync(Surroundings surroundings, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<string, byte[]>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in Parts)
        {
            hash.AppendData(texts[part] = await ReadAsync(part, cancellationToken).ConfigureAwait(false));
        }

        // The folder's name follows the content: versions of this package side by side run their own script each.
        string folder = Path.Combine(
            surroundings.CacheFolder,
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

    private static async Task<byte[]> ReadAsync(string part, CancellationToken cancellationToken)
    {
        Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(part)
            ?? throw new InvalidOperationException($"The assembly was built without {part}.");
        await using (resource.ConfigureAwait(false))
        {
            byte[] text = new byte[resource.Length];
            await resource.ReadExactlyAsync(text, cancellationToken).ConfigureAwait(false);
            return text;
        }
    }
}

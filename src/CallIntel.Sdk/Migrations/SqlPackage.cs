using System.Globalization;
using System.Reflection;

namespace CallIntel.Sdk.Migrations;

/// <summary>
/// The SQL files embedded in this assembly: versioned files in order, then functions, views and policies.
/// </summary>
static class SqlPackage
{
    static readonly string[] RepeatableFolders = ["functions", "views", "rls"];

    internal static IReadOnlyList<SqlScript> Scripts { get; } = Load(supabase: false);

    /// <summary>The files that follow <see cref="Scripts"/> in Supabase mode.</summary>
    internal static IReadOnlyList<SqlScript> SupabaseScripts { get; } = Load(supabase: true);

    /// <summary>The number of the newest versioned file, which <c>callintel.schema_version()</c> must return.</summary>
    internal static int Version { get; } = Scripts.Max(s => s.Version ?? 0);

    static SqlScript[] Load(bool supabase)
    {
        Assembly assembly = typeof(SqlPackage).Assembly;
        List<SqlScript> scripts = [];
        foreach (
            string resource in assembly
                .GetManifestResourceNames()
                .Where(n => n.StartsWith("sql/", StringComparison.Ordinal))
        )
        {
            if (resource.StartsWith("sql/supabase/", StringComparison.Ordinal) != supabase)
                continue;
            using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
            string name = resource["sql/".Length..].Replace('\\', '/');
            scripts.Add(new SqlScript(name, VersionOf(name), reader.ReadToEnd().ReplaceLineEndings("\n")));
        }
        return
        [
            .. scripts
                .OrderBy(s => s.Version ?? int.MaxValue)
                .ThenBy(s => Array.IndexOf(RepeatableFolders, s.Name.Split('/')[0]))
                .ThenBy(s => s.Name, StringComparer.Ordinal),
        ];
    }

    static int? VersionOf(string name)
    {
        string file = name[(name.LastIndexOf('/') + 1)..];
        return file[0] == 'V'
            ? int.Parse(
                file.AsSpan(1, file.IndexOf("__", StringComparison.Ordinal) - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture
            )
            : null;
    }
}

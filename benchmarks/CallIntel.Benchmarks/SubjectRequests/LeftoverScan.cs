using System.Text;
using CallIntel.Sdk.IntegrationTests.Encryption;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.SubjectRequests;

/// <summary>Looks for values of an erased person in bytes, and counts what it finds by place.</summary>
sealed class LeftoverScan(List<StoredValue> stored)
{
    readonly List<(string Text, byte[] Bytes)> _plaintext =
    [
        .. PlantedPerson
            .Texts.SelectMany(text => PlaintextForms.Of(text).Select(form => (text, form.Bytes)))
            .DistinctBy(form => Convert.ToHexString(form.Bytes)),
    ];

    /// <summary>Plaintexts that were found, by place.</summary>
    internal Dictionary<string, int> Leftovers { get; } = [];

    /// <summary>Ciphertexts, digests and ids that were found, by place and kind.</summary>
    internal Dictionary<string, HashSet<int>> Remnants { get; } = [];

    internal long Bytes { get; private set; }

    internal void Count(string place, long found)
    {
        if (found > 0)
            Leftovers[place] = Leftovers.GetValueOrDefault(place) + (int)found;
    }

    /// <summary>Searches for plaintext in every form.</summary>
    internal void FindPlaintext(string place, byte[] where)
    {
        Bytes += where.Length;
        Count(place, _plaintext.Count(form => where.AsSpan().IndexOf(form.Bytes) >= 0));
    }

    /// <summary>Searches for what the database stored, as it is in files.</summary>
    internal void FindStored(string place, byte[] where)
    {
        for (int i = 0; i < stored.Count; i++)
            if (where.AsSpan().IndexOf(stored[i].Distinct) >= 0)
                Add(place, i);
    }

    /// <summary>Searches for what the database stored, as a dump writes it.</summary>
    internal void FindInDump(string place, string dump)
    {
        for (int i = 0; i < stored.Count; i++)
        {
            string text = stored[i].Kind switch
            {
                "blind index" or "event id" => new Guid(stored[i].Bytes, bigEndian: true).ToString(),
                "external id" => Encoding.UTF8.GetString(stored[i].Bytes),
                _ => Convert.ToHexStringLower(stored[i].Distinct),
            };
            if (dump.Contains(text, StringComparison.Ordinal))
                Count($"{place}: {stored[i].Kind}", 1);
        }
    }

    void Add(string place, int value)
    {
        if (!Remnants.TryGetValue($"{place}: {stored[value].Kind}", out HashSet<int>? values))
            Remnants[$"{place}: {stored[value].Kind}"] = values = [];
        values.Add(value);
    }

    /// <summary>Reads all files in folders of the server, by the server itself: they may be out of reach.</summary>
    internal static async IAsyncEnumerable<(string Folder, byte[] Bytes)> FilesAsync(
        TestDatabase database,
        params string[] folders
    )
    {
        foreach (string folder in folders)
        {
            List<string> names = [];
            await using (
                NpgsqlCommand list = database.Admin.CreateCommand("select pg_ls_dir($1, true, false) order by 1")
            )
            {
                list.Parameters.Add(new NpgsqlParameter { Value = folder });
                await using NpgsqlDataReader reader = await list.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                    names.Add(reader.GetString(0));
            }
            foreach (string name in names)
            {
                await using NpgsqlCommand read = database.Admin.CreateCommand(
                    "select pg_read_binary_file($1, 0, s.size, true) from pg_stat_file($1, true) s where not s.isdir"
                );
                read.Parameters.Add(new NpgsqlParameter { Value = $"{folder}/{name}" });
                if (await read.ExecuteScalarAsync() is byte[] bytes)
                    yield return (folder, bytes);
            }
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Audit;

/// <summary>
/// Kills reading processes at random times with SIGKILL, and the server by a SIGKILL of one of its processes, after
/// which it recovers from its write-ahead log. Counts the pages whose text a process had and that are not in the
/// ledger.
/// </summary>
static class LedgerKillFigures
{
    /// <summary>
    /// Clients that read and are killed at the same time, so that the start of one overlaps with the reads of others.
    /// </summary>
    const int Lanes = 6;

    /// <summary>Clients that read while the server crashes.</summary>
    const int ClientsOfCrash = 3;

    const int StartAttempts = 5;

    internal static async Task<Figure> MeasureAsync(TestDatabase database, TestOrg org, int clients, int servers)
    {
        string keys = Path.Combine(Path.GetTempPath(), $"callintel-keys-{Guid.NewGuid():N}.json");
        database.SigningKeys.Save(keys);
        long pages = 0,
            missing = 0;
        int idle = 0,
            next = -1;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => KillClientsAsync()));
            for (int done = 0; done < servers; done++)
            {
                List<string>[] released = await CrashAsync(DelayOf(clients + done));
                await CountAsync(released.SelectMany(lines => lines));
            }
        }
        finally
        {
            File.Delete(keys);
        }
        return Figure.Create(
            "audit",
            "plaintext_without_event",
            [missing],
            "count",
            0,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{clients} kills of clients and {servers} crashes of the server; {pages:N0} pages of text were "
                    + $"released before; {idle} clients were killed before their first page"
            )
        );

        async Task KillClientsAsync()
        {
            while (Interlocked.Increment(ref next) is int number && number < clients)
            {
                List<string> released = await ReadAndKillAsync(database, keys, org, client =>
                    KillAsync(client, DelayOf(number))
                );
                if (released.Count == 0)
                    Interlocked.Increment(ref idle);
                await CountAsync(released);
            }
        }

        async Task<List<string>[]> CrashAsync(TimeSpan delay)
        {
            int reading = 0;
            TaskCompletionSource crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return await Task.WhenAll(
                Enumerable
                    .Range(0, ClientsOfCrash)
                    .Select(_ => ReadAndKillAsync(database, keys, org, CrashWithAllAsync))
            );

            async Task CrashWithAllAsync(Process client)
            {
                // The last one of the clients that begin to read crashes the server for all.
                if (Interlocked.Increment(ref reading) < ClientsOfCrash)
                {
                    await crashed.Task.WaitAsync(TimeSpan.FromMinutes(5));
                    return;
                }
                try
                {
                    await Task.Delay(delay);
                    await ServerCrash.CauseAsync(database, ReadingClient.Verb);
                    crashed.SetResult();
                }
                catch (Exception e)
                {
                    crashed.SetException(e);
                    throw;
                }
            }
        }

        async Task CountAsync(IEnumerable<string> lines)
        {
            (long seen, long absent) = await CompareAsync(database, org, lines);
            Interlocked.Add(ref pages, seen);
            Interlocked.Add(ref missing, absent);
        }
    }

#pragma warning disable CA5394 // the times of the kills must be reproducible
    static TimeSpan DelayOf(int number) => TimeSpan.FromMilliseconds(new Random(20260101 + number).Next(200));
#pragma warning restore CA5394

    /// <summary>
    /// Starts a client and waits for its first page. One that fails before, because the machine is too busy to answer
    /// it in time, has released no text, and another one is started.
    /// </summary>
    static async Task<(Process Client, string First)> StartAsync(TestDatabase database, string keys, TestOrg org)
    {
        for (int attempt = 1; ; attempt++)
        {
            Process client = ReadingClient.Start(database, keys, org.As(OrgRole.Owner));
            Task<string> errors = client.StandardError.ReadToEndAsync();
            if (await client.StandardOutput.ReadLineAsync() is { } first)
                return (client, first);
            string error = await errors;
            client.Dispose();
            if (attempt == StartAttempts)
                throw new InvalidOperationException($"The client did not read: {error}");
        }
    }

    /// <returns>The complete lines that the client printed before the end.</returns>
    static async Task<List<string>> ReadAndKillAsync(
        TestDatabase database,
        string keys,
        TestOrg org,
        Func<Process, Task> kill
    )
    {
        (Process started, string first) = await StartAsync(database, keys, org);
        using Process client = started;
        List<string> lines = [first];
        Task killing = kill(client)
            .ContinueWith(
                task =>
                {
                    if (task.IsFaulted)
                        client.Kill(); // otherwise it would read for ever
                    return task;
                },
                TaskScheduler.Default
            )
            .Unwrap();
        while (await client.StandardOutput.ReadLineAsync() is { } line)
            if (line.Length > 37)
                lines.Add(line);
        await killing;
        await client.WaitForExitAsync();
        return lines;
    }

    static async Task KillAsync(Process client, TimeSpan delay)
    {
        await Task.Delay(delay);
        client.Kill();
    }

    static async Task<(long Pages, long Missing)> CompareAsync(
        TestDatabase database,
        TestOrg org,
        IEnumerable<string> lines
    )
    {
        Dictionary<Guid, int> released = lines
            .Select(line => line.Split(' '))
            .ToDictionary(parts => Guid.Parse(parts[0]), parts => int.Parse(parts[1], CultureInfo.InvariantCulture));
        await using NpgsqlCommand filed = database.Admin.CreateCommand(
            """
            select a.request_id, sum(cardinality(a.event_ids)) from callintel_private.access_log a
             where a.org_id = $1 and a.request_id = any ($2) group by 1
            """
        );
        filed.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = org.Id.Value });
        filed.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. released.Keys] });
        Dictionary<Guid, long> ledger = [];
        await using NpgsqlDataReader reader = await filed.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            ledger.Add(reader.GetGuid(0), reader.GetInt64(1));
        return (released.Count, released.Count(page => ledger.GetValueOrDefault(page.Key) < page.Value));
    }
}

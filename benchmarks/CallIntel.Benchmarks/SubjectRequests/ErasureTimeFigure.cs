using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.SubjectRequests;

/// <summary>How long an erasure takes, by the person's number of events, beside as many events of others.</summary>
static class ErasureTimeFigure
{
    const string Body = "The parcel arrives tomorrow between nine and eleven, please leave the gate open.";

    internal static async Task<Figure> MeasureAsync(MigratedTemplate template, int events, int runs)
    {
        await using TestDatabase database = await template.CloneAsync();
        await using SubjectOrg org = await SubjectOrg.CreateAsync(database, "org");
        await org.IngestAsync(
            Enumerable
                .Range(0, events)
                .Select(i => SubjectOrg.Message($"+4530{i % 1000:000000}", $"{org.Org.Id}-other-{i}", i, Body))
        );
        List<double> seconds = [];
        for (int run = 0; run < runs; run++)
        {
            string number = $"+4520{run:000000}";
            await org.IngestAsync(
                Enumerable
                    .Range(0, events)
                    .Select(i => SubjectOrg.Message(number, $"{org.Org.Id}-{run}-{i}", i, $"{Body} {i}"))
            );
            await using (NpgsqlCommand analyze = database.Admin.CreateCommand("vacuum analyze"))
                await analyze.ExecuteNonQueryAsync();
            SubjectRequestId request = await org.OpenErasureAsync(await org.ContactAsync(number));
            long start = Stopwatch.GetTimestamp();
            ErasureCertificate certificate = await org.Admin.SubjectRequests.EraseAsync(request);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (
                certificate.Statement.Rows.Single(row => row.Table == "events").Rows != events
                || certificate.Statement.RowsLeft > 0
            )
                throw new InvalidOperationException("The erasure did not delete all events of the person.");
        }
        return Figure.Create(
            SubjectRequestsSuite.Name,
            $"erasure_seconds_{events}",
            seconds,
            "s",
            null,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"from the verified request to the certificate, for a person with {events:N0} messages in an org with "
                    + $"as many of others; loopback, fsync on"
            )
        );
    }
}

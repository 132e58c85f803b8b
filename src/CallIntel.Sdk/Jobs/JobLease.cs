using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Jobs;

/// <summary>A job that the worker took. The fence tells it from an earlier or a later lease of the same job.</summary>
/// <param name="Org">The org of the job.</param>
/// <param name="Job">The job.</param>
/// <param name="Fence">The number of the lease.</param>
readonly record struct JobLease(OrgId Org, JobId Job, long Fence)
{
    /// <summary>The text that separates these tokens from those of sessions; the SQL side has the same.</summary>
    internal const string Domain = "callintel.job.v1|";

    /// <summary>The claims of a worker that holds no job yet.</summary>
    internal static JobLease None => default;

    /// <summary>
    /// Creates a token that proves the lease: the text form of the row type <c>callintel_private.job_claims</c>, signed
    /// like the token of a session.
    /// </summary>
    internal byte[] Token(DatabaseTransport database) =>
        database.Sign(
            Domain,
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"({Org.Value},{Job.Value},{Fence},{database.TokenExpiry.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ},"
                        + $"{RandomNumberGenerator.GetHexString(24, lowercase: true)}{HeightOf(database)})"
                )
            )
        );

    string HeightOf(DatabaseTransport database) =>
        database.ErasureHeightOf(Org) is > 0 and long height
            ? string.Create(CultureInfo.InvariantCulture, $":{height}")
            : "";
}

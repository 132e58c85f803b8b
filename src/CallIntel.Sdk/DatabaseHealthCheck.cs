using CallIntel.Sdk.Migrations;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CallIntel.Sdk;

/// <summary>
/// A health check of the host: the database can be reached, its schema has a version that this SDK works with, and the
/// role is weak enough for row-level security.
/// </summary>
/// <remarks>Thread-safe. One connection, three round trips.</remarks>
public sealed class DatabaseHealthCheck : IHealthCheck
{
    /// <summary>
    /// The tag to register this check under, for the probe that asks whether an instance may be sent requests:
    /// <c>ready</c>.
    /// </summary>
    public const string Tag = "ready";

    readonly CallIntelDataSource _source;

    /// <summary>Makes the check; <c>AddHealthChecks</c> of the builder does so in a host.</summary>
    /// <param name="source">The entrance.</param>
    public DatabaseHealthCheck(CallIntelDataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
    }

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            SchemaCompatibility schema = await _source.ExamineSchemaAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy(
                schema.IsNewerAndServes
                    ? $"The schema has version {schema.Version}; this SDK was built for {SqlPackage.Version} and is still served."
                    : null
            );
        }
        catch (CallIntelException e)
        {
            return new HealthCheckResult(
                context.Registration.FailureStatus,
                $"{e.Code}: the database cannot be used.",
                e
            );
        }
    }
}

using CallIntel.Sdk.Migrations;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CallIntel.Sdk;

/// <summary>
/// A health check that verifies that the database can be reached, that this SDK supports its schema version, and that
/// the database role is restricted enough for row-level security.
/// </summary>
/// <remarks>Thread-safe. Uses one connection and three round trips.</remarks>
public sealed class DatabaseHealthCheck : IHealthCheck
{
    /// <summary>The tag for readiness probes, <c>ready</c>. Register this check with it.</summary>
    public const string Tag = "ready";

    readonly CallIntelDataSource _source;

    /// <summary>Creates the check. In a host, <c>AddHealthChecks</c> of the CallIntel builder does this.</summary>
    /// <param name="source">The data source whose database is checked.</param>
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
                    ? $"The schema has version {schema.Version}; "
                        + $"this SDK was built for {SqlPackage.Version} and is still served."
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

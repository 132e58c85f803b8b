using CallIntel;
using CallIntel.Sdk;
using CallIntel.Sdk.AspNetCore;
using CallIntel.Sdk.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;

#pragma warning disable IDE0130 // where a host looks for it
namespace Microsoft.Extensions.DependencyInjection;

#pragma warning restore IDE0130

/// <summary>Adds the services that CallIntel needs in an ASP.NET Core application.</summary>
public static class CallIntelAspNetCoreExtensions
{
    /// <summary>
    /// Adds an <see cref="OrgSession"/> for each request, which endpoints take as a parameter, and answers a
    /// <see cref="CallIntelException"/> with problem details. Also call <c>app.UseExceptionHandler()</c> and, after
    /// authentication, <c>app.UseCallIntel()</c>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddCallIntel</c> returned.</param>
    /// <param name="configure">
    /// Sets how the identity of a session follows from a request, for example
    /// <c>options => options.UseOpenIdConnect()</c>.
    /// </param>
    /// <exception cref="CallIntelException">
    /// <c>CI0007</c>: <see cref="RequestIdentityOptions.Identify"/> was not set.
    /// </exception>
    public static ICallIntelBuilder AddAspNetCore(
        this ICallIntelBuilder builder,
        Action<RequestIdentityOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        RequestIdentityOptions options = new();
        configure(options);
        if (options.Identify is null)
            throw new CallIntelException(
                ErrorCodes.InvalidOptions,
                "AddAspNetCore does not know how to identify the member of a request.",
                "Call UseSupabase, UseOpenIdConnect or UseClaims, or set Identify."
            );
        builder.Services.TryAddSingleton(options);
        builder.Services.TryAddScoped<RequestSession>();
        builder.Services.TryAddScoped(provider => provider.GetRequiredService<RequestSession>().Session);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<CallIntelExceptionHandler>();
        return builder;
    }

    /// <summary>
    /// Adds the health check of the database with the tag <c>ready</c> and, if <c>AddHealthChecks</c> of the CallIntel
    /// builder configured identities, that of the sources with the tag <c>sources</c>.
    /// </summary>
    /// <param name="builder">The health checks of the application.</param>
    /// <param name="sources">Whether to add the check of the sources.</param>
    /// <remarks>Let a readiness probe run only the checks with the tag <c>ready</c>.</remarks>
    public static IHealthChecksBuilder AddCallIntel(this IHealthChecksBuilder builder, bool sources = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(provider => new DatabaseHealthCheck(
            provider.GetRequiredService<CallIntelDataSource>()
        ));
        builder.AddCheck<DatabaseHealthCheck>("callintel", tags: [DatabaseHealthCheck.Tag]);
        return sources ? builder.AddCheck<SyncHealthCheck>("callintel-sources", tags: [SyncHealthCheck.Tag]) : builder;
    }
}

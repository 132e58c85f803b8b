using System.Diagnostics.Metrics;
using CallIntel;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

#pragma warning disable IDE0130 // where a host looks for it
namespace Microsoft.Extensions.DependencyInjection;

#pragma warning restore IDE0130

/// <summary>Adds CallIntel to a host.</summary>
public static class CallIntelServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="CallIntelDataSource"/> as a singleton. The options are validated when the host starts, the
    /// signing key file included.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options.</param>
    public static ICallIntelBuilder AddCallIntel(this IServiceCollection services, Action<CallIntelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptionsWithValidateOnStart<CallIntelOptions>().Configure(configure);
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<CallIntelOptions>, CallIntelOptionsValidator>()
        );
        services.TryAddSingleton(provider => new CallIntelDataSource(
            provider.GetRequiredService<IOptions<CallIntelOptions>>().Value,
            provider.GetService<ILoggerFactory>(),
            provider.GetService<TimeProvider>(),
            provider.GetService<IMeterFactory>()
        ));
        return new CallIntelBuilder(services);
    }

    /// <summary>
    /// Adds <see cref="CallIntelDataSource"/> with the connection string and signing key file of a configuration
    /// section.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">
    /// Keys <c>ConnectionString</c>, <c>SigningKeyFile</c>, and optionally <c>ConnectionMode</c> and
    /// <c>TokenLifetime</c>.
    /// </param>
    /// <exception cref="CallIntel.CallIntelException"><c>CI0007</c> at start: a value cannot be read.</exception>
    public static ICallIntelBuilder AddCallIntel(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddCallIntel(options => CallIntelConfiguration.Read(section, options));
    }

    /// <summary>Says where the root key is under which everything protected is encrypted. Required.</summary>
    /// <param name="builder">What <c>AddCallIntel</c> returned.</param>
    /// <param name="keys">
    /// Names the place, for example <c>keys => keys.UseKeyRingFile("/etc/myapp/ring.json",
    /// KeyRingProtection.Passphrase(passphrase))</c>.
    /// </param>
    /// <exception cref="CallIntel.CallIntelException">
    /// <c>CI0007</c>: no place was named. When the host starts: the codes of the key's provider.
    /// </exception>
    public static ICallIntelBuilder AddFieldEncryption(this ICallIntelBuilder builder, Action<RootKeyBuilder> keys)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(keys);
        RootKeyBuilder place = new();
        keys(place);
        if (place.Create is not { } create)
            throw new CallIntelException(
                ErrorCodes.InvalidOptions,
                "AddFieldEncryption names no place of the root key.",
                "Call UseKeyRingFile, UseEnvironment or Use."
            );
        builder.Services.TryAddSingleton(create);
        builder
            .Services.AddOptions<CallIntelOptions>()
            .Configure<IRootKeyProvider>((options, root) => options.RootKeys = root);
        return builder;
    }

    /// <summary>
    /// Adds <see cref="DatabaseHealthCheck"/> and, where orgs are named, <see cref="SyncHealthCheck"/>, for the host's
    /// health checks to find.
    /// </summary>
    /// <param name="builder">What <c>AddCallIntel</c> returned.</param>
    /// <param name="configure">
    /// Sets <see cref="SyncHealthCheckOptions.Identities"/> and what counts as degraded. Default: the database is
    /// checked, no sources.
    /// </param>
    /// <remarks>
    /// The host adds them under names of its choice, with their tags, and asks only <c>ready</c> where an orchestrator
    /// probes: <c>services.AddHealthChecks() .AddCheck&lt;DatabaseHealthCheck&gt;("callintel", tags:
    /// [DatabaseHealthCheck.Tag]).AddCheck&lt;SyncHealthCheck&gt;("callintel-sources", tags:
    /// [SyncHealthCheck.Tag])</c>.
    /// </remarks>
    /// <exception cref="CallIntel.CallIntelException"><c>CI0007</c>: no identities were named.</exception>
    public static ICallIntelBuilder AddHealthChecks(
        this ICallIntelBuilder builder,
        Action<SyncHealthCheckOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(provider => new DatabaseHealthCheck(
            provider.GetRequiredService<CallIntelDataSource>()
        ));
        if (configure is null)
            return builder;
        SyncHealthCheckOptions options = new();
        configure(options);
        if (options.Identities is null)
            throw new CallIntelException(
                ErrorCodes.InvalidOptions,
                "AddHealthChecks names no orgs whose sources are to be checked.",
                "Set SyncHealthCheckOptions.Identities."
            );
        builder.Services.TryAddSingleton(provider => new SyncHealthCheck(
            provider.GetRequiredService<CallIntelDataSource>(),
            options,
            provider
        ));
        return builder;
    }
}

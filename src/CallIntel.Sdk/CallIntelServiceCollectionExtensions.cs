using System.Diagnostics.Metrics;
using CallIntel;
using CallIntel.Sdk;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

#pragma warning disable IDE0130 // where a host looks for it
namespace Microsoft.Extensions.DependencyInjection;

#pragma warning restore IDE0130

/// <summary>Adds CallIntel to a service collection.</summary>
public static class CallIntelServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="CallIntelDataSource"/> as a singleton. The options and the signing key file are validated when
    /// the host starts.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets the options.</param>
    public static ICallIntelBuilder AddCallIntel(this IServiceCollection services, Action<CallIntelOptions> configure)
    {
        Configure(services, Options.Options.DefaultName, configure);
        services.TryAddSingleton(provider => Create(provider, Options.Options.DefaultName));
        return new CallIntelBuilder(services);
    }

    /// <summary>
    /// Adds <see cref="CallIntelDataSource"/> as a singleton, configured from a configuration section.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="section">
    /// The section with the keys <c>ConnectionString</c> and <c>SigningKeyFile</c>, and optionally
    /// <c>AuditConnectionString</c>, <c>ConnectionMode</c> and <c>TokenLifetime</c>.
    /// </param>
    /// <exception cref="CallIntel.CallIntelException">
    /// <c>CI0007</c>: a value cannot be read. Thrown when the host starts.
    /// </exception>
    public static ICallIntelBuilder AddCallIntel(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddCallIntel(options => CallIntelConfiguration.Read(section, options));
    }

    /// <summary>
    /// Adds a further <see cref="CallIntelDataSource"/> as a keyed singleton, for example for a read replica. Inject it
    /// with <c>[FromKeyedServices("replica")]</c>.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="key">The key of the service.</param>
    /// <param name="configure">
    /// Sets the options. For a replica, set <see cref="CallIntelOptions.AuditConnectionString"/> to the primary.
    /// </param>
    /// <remarks><c>AddFieldEncryption</c> configures the root key of all data sources of the host.</remarks>
    public static ICallIntelBuilder AddKeyedCallIntel(
        this IServiceCollection services,
        string key,
        Action<CallIntelOptions> configure
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Configure(services, key, configure);
        services.TryAddKeyedSingleton(key, (provider, _) => Create(provider, key));
        return new CallIntelBuilder(services);
    }

    static void Configure(IServiceCollection services, string name, Action<CallIntelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptionsWithValidateOnStart<CallIntelOptions>(name).Configure(configure);
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<CallIntelOptions>, CallIntelOptionsValidator>()
        );
    }

    static CallIntelDataSource Create(IServiceProvider provider, string name) =>
        new(
            provider.GetRequiredService<IOptionsMonitor<CallIntelOptions>>().Get(name),
            provider.GetService<ILoggerFactory>(),
            provider.GetService<TimeProvider>(),
            provider.GetService<IMeterFactory>(),
            provider.GetService<IAuditSink>()
        );

    /// <summary>Configures the root key that protects all encrypted data. Required.</summary>
    /// <param name="builder">The builder that <c>AddCallIntel</c> returned.</param>
    /// <param name="keys">
    /// Chooses a root key provider, for example <c>keys => keys.UseKeyRingFile("/etc/myapp/ring.json",
    /// KeyRingProtection.Passphrase(passphrase))</c>.
    /// </param>
    /// <exception cref="CallIntel.CallIntelException">
    /// <c>CI0007</c>: no root key provider was chosen. When the host starts: the error codes of the provider.
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
                "AddFieldEncryption was called without choosing a root key provider.",
                "Call UseKeyRingFile, UseEnvironment or Use."
            );
        builder.Services.TryAddSingleton(create);
        // Without a name: for the data sources of all keys.
        builder.Services.AddSingleton<IConfigureOptions<CallIntelOptions>>(provider => new ConfigureNamedOptions<
            CallIntelOptions,
            IRootKeyProvider
        >(null, provider.GetRequiredService<IRootKeyProvider>(), (options, root) => options.RootKeys ??= root));
        return builder;
    }

    /// <summary>
    /// Keeps answers of dashboards in the memory of this process. The host registers the cache, with
    /// <c>services.AddHybridCache()</c>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddCallIntel</c> returned.</param>
    /// <param name="configure">Sets how long answers are kept. Default: 5 minutes.</param>
    /// <remarks>
    /// Each question still takes one short round trip, in which the database verifies the member and checks whether the
    /// answer still holds. See <see cref="DashboardCacheOptions"/>.
    /// </remarks>
    public static ICallIntelBuilder AddDashboardCache(
        this ICallIntelBuilder builder,
        Action<DashboardCacheOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        // Without a name: for the data sources of all keys.
        builder.Services.AddSingleton<IConfigureOptions<CallIntelOptions>>(provider => new ConfigureNamedOptions<
            CallIntelOptions,
            HybridCache
        >(null, provider.GetRequiredService<HybridCache>(), (options, cache) =>
        {
            options.DashboardCache.Cache = cache;
            configure?.Invoke(options.DashboardCache);
        }));
        return builder;
    }

    /// <summary>
    /// Adds a model with which this process embeds content and queries. The host registers the generator, for example
    /// with <c>services.AddEmbeddingGenerator(...)</c>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddCallIntel</c> returned.</param>
    /// <param name="name">
    /// The name by which an owner turns the model on. Change it when the model or its version changes.
    /// </param>
    /// <param name="dimensions">The number of dimensions of the model, 1 to 4,000.</param>
    /// <param name="queryPrefix">
    /// The text to put before each query, for models that embed queries and documents differently. Default: empty.
    /// </param>
    /// <param name="serviceKey">The key of the generator, if it is a keyed service. Default: no key.</param>
    public static ICallIntelBuilder AddEmbeddings(
        this ICallIntelBuilder builder,
        string name,
        int dimensions,
        string queryPrefix = "",
        object? serviceKey = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(queryPrefix);
        builder
            .Services.AddOptions<CallIntelOptions>()
            .Configure<IServiceProvider>(
                (options, services) =>
                    options.Embeddings.Models.Add(
                        new EmbeddingModelOptions(
                            name,
                            dimensions,
                            services.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(serviceKey)
                        )
                        {
                            QueryPrefix = queryPrefix,
                        }
                    )
            );
        return builder;
    }

    /// <summary>
    /// Registers <see cref="DatabaseHealthCheck"/> and, if identities are configured, <see cref="SyncHealthCheck"/> so
    /// that the host can add them to its health checks.
    /// </summary>
    /// <param name="builder">The builder that <c>AddCallIntel</c> returned.</param>
    /// <param name="configure">
    /// Sets <see cref="SyncHealthCheckOptions.Identities"/> and the states that count as degraded and unhealthy.
    /// Default: only the database is checked.
    /// </param>
    /// <remarks>
    /// Add the checks under names of your choice and with their tags. Let the readiness probe of an orchestrator run
    /// only the checks tagged <c>ready</c>:
    /// <code>
    /// services.AddHealthChecks()
    ///     .AddCheck&lt;DatabaseHealthCheck&gt;("callintel", tags: [DatabaseHealthCheck.Tag])
    ///     .AddCheck&lt;SyncHealthCheck&gt;("callintel-sources", tags: [SyncHealthCheck.Tag]);
    /// </code>
    /// </remarks>
    /// <exception cref="CallIntel.CallIntelException"><c>CI0007</c>: no identities were set.</exception>
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
                "SyncHealthCheckOptions.Identities is not set, so AddHealthChecks does not know which orgs to check.",
                "Set Identities, or call AddHealthChecks without a delegate to check only the database."
            );
        builder.Services.TryAddSingleton(provider => new SyncHealthCheck(
            provider.GetRequiredService<CallIntelDataSource>(),
            options,
            provider
        ));
        return builder;
    }

    /// <summary>
    /// Adds <see cref="CallIntelWorker"/>, which runs background work of all orgs, to the host. Call
    /// <c>AddCallIntel</c> as well.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets the options. Default: see <see cref="JobWorkerOptions"/>.</param>
    /// <remarks>
    /// To add work of your own, register a <see cref="JobHandler"/> as a singleton:
    /// <c>services.AddSingleton&lt;JobHandler, MyHandler&gt;()</c>. The health check <see cref="JobHealthCheck"/> is
    /// registered as well.
    /// </remarks>
    public static IServiceCollection AddCallIntelWorker(
        this IServiceCollection services,
        Action<JobWorkerOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        JobWorkerOptions options = new();
        configure?.Invoke(options);
        services.TryAddSingleton(provider => new JobHealthCheck(provider.GetRequiredService<CallIntelDataSource>()));
        return services.AddHostedService(provider => new CallIntelWorker(
            provider.GetRequiredService<CallIntelDataSource>(),
            provider.GetServices<JobHandler>(),
            options,
            provider.GetService<ILoggerFactory>(),
            provider.GetService<IMeterFactory>()
        ));
    }
}

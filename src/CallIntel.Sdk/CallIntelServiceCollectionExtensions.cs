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
    /// <summary>Adds <see cref="CallIntelDataSource"/> as a singleton. The options are validated when the host starts.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options.</param>
    public static ICallIntelBuilder AddCallIntel(this IServiceCollection services, Action<CallIntelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptionsWithValidateOnStart<CallIntelOptions>().Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CallIntelOptions>, CallIntelOptionsValidator>());
        services.TryAddSingleton(provider => new CallIntelDataSource(
            provider.GetRequiredService<IOptions<CallIntelOptions>>().Value, provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>()));
        return new CallIntelBuilder(services);
    }

    /// <summary>Adds <see cref="CallIntelDataSource"/> with the connection string and signing key file of a configuration section.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">Keys <c>ConnectionString</c>, <c>SigningKeyFile</c>, and optionally <c>ConnectionMode</c> and <c>TokenLifetime</c>.</param>
    /// <exception cref="CallIntel.CallIntelException"><c>CI0007</c> at start: a value cannot be read.</exception>
    public static ICallIntelBuilder AddCallIntel(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddCallIntel(options => CallIntelConfiguration.Read(section, options));
    }
}

using CallIntel.Sdk;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

#pragma warning disable IDE0130 // where a host looks for it
namespace Microsoft.Extensions.Hosting;

#pragma warning restore IDE0130

/// <summary>Adds CallIntel to a host, configured by its configuration.</summary>
public static class CallIntelHostBuilderExtensions
{
    const string Section = "CallIntel";

    /// <summary>
    /// Adds <see cref="CallIntelDataSource"/> as a singleton. The connection string is
    /// <c>ConnectionStrings:&lt;name&gt;</c>; the other options are in the section <c>CallIntel</c>.
    /// </summary>
    /// <param name="builder">The builder of the host.</param>
    /// <param name="name">The name of the connection string.</param>
    /// <param name="configure">Changes the options after the configuration. Default: none.</param>
    /// <remarks>
    /// The section has the keys <c>SigningKeyFile</c>, <c>AuditConnectionString</c>, <c>ConnectionMode</c> and
    /// <c>TokenLifetime</c>; all but the first are optional.
    /// </remarks>
    /// <exception cref="CallIntel.CallIntelException">
    /// <c>CI0007</c>: a value is missing or cannot be read. Thrown when the host starts.
    /// </exception>
    public static ICallIntelBuilder AddCallIntel(
        this IHostApplicationBuilder builder,
        string name = Section,
        Action<CallIntelOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Services.AddCallIntel(options => Read(builder.Configuration, name, Section, options, configure));
    }

    /// <summary>
    /// Adds a further <see cref="CallIntelDataSource"/> as a keyed singleton, for example for a read replica. The
    /// connection string is <c>ConnectionStrings:&lt;name&gt;</c>. The other options are in the section
    /// <c>CallIntel:&lt;name&gt;</c>, or in the section <c>CallIntel</c> if they are not set there.
    /// </summary>
    /// <param name="builder">The builder of the host.</param>
    /// <param name="name">The key of the service and the name of the connection string.</param>
    /// <param name="configure">Changes the options after the configuration. Default: none.</param>
    /// <exception cref="CallIntel.CallIntelException">
    /// <c>CI0007</c>: a value is missing or cannot be read. Thrown when the host starts.
    /// </exception>
    public static ICallIntelBuilder AddKeyedCallIntel(
        this IHostApplicationBuilder builder,
        string name,
        Action<CallIntelOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Services.AddKeyedCallIntel(name, options =>
            Read(builder.Configuration, name, $"{Section}:{name}", options, configure)
        );
    }

    static void Read(
        IConfiguration configuration,
        string name,
        string section,
        CallIntelOptions options,
        Action<CallIntelOptions>? configure
    )
    {
        options.ConnectionString = configuration.GetConnectionString(name);
        CallIntelConfiguration.Read(configuration.GetSection(Section), options);
        if (section != Section)
        {
            // The section of all data sources may name the connection string of the first one.
            options.ConnectionString = configuration.GetConnectionString(name);
            CallIntelConfiguration.Read(configuration.GetSection(section), options);
        }
        configure?.Invoke(options);
    }
}

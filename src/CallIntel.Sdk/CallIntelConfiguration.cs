using System.Globalization;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Configuration;

namespace CallIntel.Sdk;

/// <summary>
/// Reads the options from configuration without the reflection-based configuration binder, so the SDK stays compatible
/// with native AOT.
/// </summary>
static class CallIntelConfiguration
{
    internal static void Read(IConfigurationSection section, CallIntelOptions options)
    {
        options.ConnectionString = section[nameof(options.ConnectionString)] ?? options.ConnectionString;
        options.AuditConnectionString = section[nameof(options.AuditConnectionString)] ?? options.AuditConnectionString;
        options.SigningKeyFile = section[nameof(options.SigningKeyFile)] ?? options.SigningKeyFile;
        if (section[nameof(options.ConnectionMode)] is { } mode)
            options.ConnectionMode = Enum.TryParse(mode, ignoreCase: true, out ConnectionMode parsed)
                ? parsed
                : throw Unreadable(nameof(options.ConnectionMode));
        if (section[nameof(options.TokenLifetime)] is { } lifetime)
            options.TokenLifetime = TimeSpan.TryParse(lifetime, CultureInfo.InvariantCulture, out TimeSpan parsed)
                ? parsed
                : throw Unreadable(nameof(options.TokenLifetime));
    }

    static CallIntelException Unreadable(string key) =>
        new(
            ErrorCodes.InvalidOptions,
            $"The configuration value {key} cannot be read.",
            "Correct the value in the application's configuration."
        );
}

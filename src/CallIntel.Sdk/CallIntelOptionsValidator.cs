using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CallIntel.Sdk;

/// <summary>Validates the options when the host starts, so a mistake is reported before the first request.</summary>
sealed class CallIntelOptionsValidator : IValidateOptions<CallIntelOptions>
{
    public ValidateOptionsResult Validate(string? name, CallIntelOptions options)
    {
        try
        {
            ThrowIfInvalid(options);
            if (options.SigningKeys is null)
                SigningKeyRing.Load(options.SigningKeyFile!);
            return ValidateOptionsResult.Success;
        }
        catch (CallIntelException e)
        {
            // With the code and the remedy, which the exception of the host would otherwise lack.
            return ValidateOptionsResult.Fail(e.Message);
        }
    }

    /// <remarks>
    /// Does not check the signing key file. The data source loads the file in its constructor and reports its own error
    /// code.
    /// </remarks>
    internal static void ThrowIfInvalid(CallIntelOptions options)
    {
        if (FailuresOf(options) is { Count: > 0 } failures)
            throw new CallIntelException(
                ErrorCodes.InvalidOptions,
                string.Join("; ", failures),
                "Correct the options given to CallIntel."
            );
    }

    static List<string> FailuresOf(CallIntelOptions options)
    {
        List<string> failures = [];
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
            failures.Add("ConnectionString is not set.");
        else if (!IsConnectionString(options.ConnectionString))
            failures.Add("ConnectionString is not an Npgsql connection string.");
        if (options.AuditConnectionString is { } audit && !IsConnectionString(audit))
            failures.Add("AuditConnectionString is not an Npgsql connection string.");
        if (options.SigningKeys is null && string.IsNullOrWhiteSpace(options.SigningKeyFile))
            failures.Add("Neither SigningKeys nor SigningKeyFile is set.");
        if (options.RootKeys is null)
            failures.Add("RootKeys is not set; add field encryption with AddFieldEncryption.");
        if (options.TokenLifetime < TimeSpan.FromSeconds(5) || options.TokenLifetime > TimeSpan.FromMinutes(10))
            failures.Add("TokenLifetime is not between 5 seconds and 10 minutes.");
        if (
            options.ChangeFeed.PollInterval < TimeSpan.FromMilliseconds(50)
            || options.ChangeFeed.PollInterval > TimeSpan.FromMinutes(1)
        )
            failures.Add("ChangeFeed.PollInterval is not between 50 milliseconds and 1 minute.");
        if (options.ChangeFeed.BufferedEntries is < 1 or > 1_000_000)
            failures.Add("ChangeFeed.BufferedEntries is not between 1 and 1,000,000.");
        if (
            options.DashboardCache.Expiration < TimeSpan.FromSeconds(1)
            || options.DashboardCache.Expiration > TimeSpan.FromDays(1)
        )
            failures.Add("DashboardCache.Expiration is not between 1 second and 1 day.");
        failures.AddRange(options.Embeddings.Failures());
        failures.AddRange(options.Erasure.Failures());
        if (!Enum.IsDefined(options.ConnectionMode))
            failures.Add("ConnectionMode is not one of its values.");
        if (options.ListenForCryptoShreds && options.ConnectionMode is not ConnectionMode.Direct)
            failures.Add(
                "ListenForCryptoShreds needs ConnectionMode Direct: "
                    + "a pooler in transaction mode does not carry notifications."
            );
        return failures;
    }

    static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is not null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }
}

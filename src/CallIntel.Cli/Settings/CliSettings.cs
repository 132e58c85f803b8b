using CallIntel.Sdk.Tenancy;

namespace CallIntel.Cli.Settings;

/// <summary>Where the database and the keys are, and whom the tool acts as: from the environment, then from the options file. Never from arguments.</summary>
sealed record CliSettings
{
    /// <summary>The login of operations: <c>migrate</c>, <c>partitions</c>, <c>doctor</c>.</summary>
    public string? AdminConnectionString { get; init; }

    /// <summary>The login of applications, <c>callintel_app</c>: <c>import</c>, <c>health</c>.</summary>
    public string? ConnectionString { get; init; }

    public string? ConnectionMode { get; init; }

    public string? SigningKeyFile { get; init; }

    public string? KeyRingFile { get; init; }

    public string? KeyRingPassphrase { get; init; }

    /// <summary>The name of the environment variable that protects the key ring, where that is how it is protected.</summary>
    public string? KeyRingVariable { get; init; }

    /// <summary>"none" where nothing but its mode protects the key ring: has to be said.</summary>
    public string? KeyRingProtection { get; init; }

    public string? Org { get; init; }

    public string? Member { get; init; }

    /// <summary>A regular expression of the org's own lines, for formats that do not tell them.</summary>
    public string? OwnLines { get; init; }

    /// <summary>Names no value of it.</summary>
    public override string ToString() => $"{nameof(CliSettings)} {{ *** }}";
}

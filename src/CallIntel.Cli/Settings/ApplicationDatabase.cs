using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Cli.Settings;

/// <summary>Connects to the database as an application does, with signing keys and root keys.</summary>
sealed class ApplicationDatabase : IAsyncDisposable
{
    readonly CallIntelDataSource _source;
    readonly IRootKeyProvider _keys;
    readonly OrgIdentity _identity;

    ApplicationDatabase(CallIntelDataSource source, IRootKeyProvider keys, OrgIdentity identity) =>
        (_source, _keys, _identity) = (source, keys, identity);

    /// <param name="settings">The connection string, the keys, and the org and member to act as.</param>
    /// <param name="purpose">Why data is accessed that requires a purpose.</param>
    internal static ApplicationDatabase Open(CliSettings settings, AccessPurpose purpose = AccessPurpose.None) =>
        Open(
            settings,
            new OrgIdentity(
                new OrgId(ParseId(settings.Org, "org")),
                new MemberId(ParseId(settings.Member, "member")),
                purpose
            )
        );

    /// <summary>Connects for a worker, which acts for no member.</summary>
    internal static ApplicationDatabase OpenForAllOrgs(CliSettings settings) => Open(settings, default(OrgIdentity));

    static ApplicationDatabase Open(CliSettings settings, OrgIdentity identity)
    {
        if (settings.ConnectionString is null)
            throw SettingsReader.Wrong(
                "The connection string of the application is not set.",
                "Set CALLINTEL_CONNECTION, or connectionString in the options file, to the login of callintel_app."
            );
        if (settings.SigningKeyFile is null)
            throw SettingsReader.Wrong(
                "The signing-key file is not set.",
                "Set CALLINTEL_SIGNING_KEY_FILE, or signingKeyFile in the options file."
            );
        IRootKeyProvider keys = OpenKeys(settings);
        CallIntelOptions options = new()
        {
            ConnectionString = settings.ConnectionString,
            SigningKeyFile = settings.SigningKeyFile,
            RootKeys = keys,
            ConnectionMode =
                settings.ConnectionMode is null ? ConnectionMode.Direct
                : Enum.TryParse(settings.ConnectionMode, ignoreCase: true, out ConnectionMode mode)
                && Enum.IsDefined(mode)
                    ? mode
                : throw SettingsReader.Wrong(
                    "Unknown connection mode.",
                    $"Set it to one of {string.Join(", ", Enum.GetNames<ConnectionMode>())}."
                ),
        };
        if (settings.ErasureLedgerFolder is { } ledger)
            options.Erasure.LedgerSink = new FileErasureLedgerSink(ledger);
        return new ApplicationDatabase(new CallIntelDataSource(options), keys, identity);
    }

    internal Task CheckAsync(CancellationToken cancellationToken) => _source.CheckAsync(cancellationToken);

    internal CallIntelWorker CreateWorker(JobWorkerOptions options) => new(_source, [], options);

    internal Task<long> ReplayErasuresAsync(CancellationToken cancellationToken) =>
        _source.ReplayErasuresAsync(_identity, cancellationToken);

    internal ValueTask<OrgSession> OpenSessionAsync(CancellationToken cancellationToken) =>
        _source.OpenSessionAsync(_identity, cancellationToken);

    /// <summary>Creates the org, with the member as its owner, and returns both.</summary>
    internal async Task<OrgIdentity> CreateOrgAsync(string name, CancellationToken cancellationToken)
    {
        await _source.CreateOrgAsync(_identity.Org, name, _identity.Member, cancellationToken).ConfigureAwait(false);
        return _identity;
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync().ConfigureAwait(false);
        (_keys as IDisposable)?.Dispose();
    }

    static IRootKeyProvider OpenKeys(CliSettings settings)
    {
        if (settings.KeyRingFile is not null)
            return KeyRingFileProvider.Open(settings.KeyRingFile, ProtectionOf(settings));
        return Environment.GetEnvironmentVariable(EnvironmentRootKeyProvider.DefaultVariable) is { Length: > 0 }
            ? new EnvironmentRootKeyProvider()
            : throw SettingsReader.Wrong(
                "No root key is set.",
                "Set CALLINTEL_KEY_RING_FILE, or keyRingFile in the options file, or CALLINTEL_ROOT_KEY."
            );
    }

    internal static KeyRingProtection ProtectionOf(CliSettings settings) =>
        settings.KeyRingPassphrase is { } passphrase ? KeyRingProtection.Passphrase(passphrase)
        : settings.KeyRingVariable is { } variable ? KeyRingProtection.EnvironmentKey(variable)
        : settings.KeyRingProtection == "none" ? KeyRingProtection.FileModeOnly
        : throw SettingsReader.Wrong(
            "The protection of the key ring is not set.",
            "Set CALLINTEL_KEY_RING_PASSPHRASE or CALLINTEL_KEY_RING_VARIABLE. If only the file mode protects the key "
                + "ring, set CALLINTEL_KEY_RING_PROTECTION to none."
        );

    /// <summary>Returns a new id that nobody can guess: one without the time, unlike those of events.</summary>
    internal static string RandomId()
    {
#pragma warning disable RS0030 // must be random, so the clock of a test does not matter
        return Guid.NewGuid().ToString();
#pragma warning restore RS0030
    }

    internal static Guid ParseId(string? text, string name) =>
        Guid.TryParse(text, out Guid id)
            ? id
            : throw SettingsReader.Wrong(
                text is null ? $"The id of the {name} is not set." : $"The id of the {name} is not a UUID.",
                $"Set --{name}, CALLINTEL_{name.ToUpperInvariant()}, or {name} in the options file."
            );
}

using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CallIntel.Sdk.Tests.Tenancy;

public sealed class OptionsUnitTests
{
    const string RootKeyVariable = "CALLINTEL_UNIT_TEST_ROOT_KEY";

    static OptionsUnitTests() =>
        Environment.SetEnvironmentVariable(
            RootKeyVariable,
            Convert.ToBase64String([.. Enumerable.Range(1, 32).Select(i => (byte)i)])
        );

    [Fact]
    public async Task A_host_has_a_single_data_source()
    {
        ServiceCollection services = new();
        services.AddCallIntel(Good);
        services.AddCallIntel(_ => { });
        await using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Same(
            provider.GetRequiredService<CallIntelDataSource>(),
            provider.GetRequiredService<CallIntelDataSource>()
        );
        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    public static TheoryData<string, Action<CallIntelOptions>> Mistakes { get; } =
        new()
        {
            { "ConnectionString", o => o.ConnectionString = null },
            { "ConnectionString", o => o.ConnectionString = "not a connection string" },
            { "ConnectionString", o => o.ConnectionString = "Username=x" },
            { "SigningKeys", o => o.SigningKeys = null },
            { "RootKeys", o => o.RootKeys = null },
            { "TokenLifetime", o => o.TokenLifetime = TimeSpan.FromSeconds(1) },
            { "TokenLifetime", o => o.TokenLifetime = TimeSpan.FromHours(1) },
            {
                "ListenForCryptoShreds",
                o => (o.ListenForCryptoShreds, o.ConnectionMode) = (true, ConnectionMode.TransactionPooler)
            },
            { "ConnectionMode", o => o.ConnectionMode = (ConnectionMode)9 },
        };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void Invalid_options_prevent_the_host_from_starting(string option, Action<CallIntelOptions> mistake)
    {
        ServiceCollection services = new();
        services.AddCallIntel(o =>
        {
            Good(o);
            mistake(o);
        });
        using ServiceProvider provider = services.BuildServiceProvider();
        string message = Assert
            .Throws<OptionsValidationException>(provider.GetRequiredService<IStartupValidator>().Validate)
            .Message;
        Assert.StartsWith(ErrorCodes.InvalidOptions + ": ", message, StringComparison.Ordinal);
        Assert.Contains(option, message, StringComparison.Ordinal);

        CallIntelOptions options = new();
        Good(options);
        mistake(options);
        CallIntelException error = Assert.Throws<CallIntelException>(() => new CallIntelDataSource(options));
        Assert.Equal(ErrorCodes.InvalidOptions, error.Code);
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ConnectionMode", "sideways")]
    [InlineData("TokenLifetime", "soon")]
    public void An_unreadable_configuration_value_fails_with_an_error_code(string key, string value)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new($"CallIntel:{key}", value)])
            .Build();
        ServiceCollection services = new();
        services.AddCallIntel(configuration.GetSection("CallIntel"));
        using ServiceProvider provider = services.BuildServiceProvider();
        CallIntelException error = Assert.Throws<CallIntelException>(() =>
            provider.GetRequiredService<IOptions<CallIntelOptions>>().Value
        );
        Assert.Equal(ErrorCodes.InvalidOptions, error.Code);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    static void Good(CallIntelOptions options)
    {
        options.ConnectionString = "Host=127.0.0.1;Username=callintel_app;Password=canary";
        options.SigningKeys = new SigningKeyRing(SigningKey.Create(1));
        options.RootKeys = new EnvironmentRootKeyProvider(RootKeyVariable);
    }
}

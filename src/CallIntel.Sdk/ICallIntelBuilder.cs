#pragma warning disable IDE0130 // where a host looks for it
namespace Microsoft.Extensions.DependencyInjection;

#pragma warning restore IDE0130

/// <summary>Configures further features of CallIntel.</summary>
public interface ICallIntelBuilder
{
    /// <summary>The services of the host.</summary>
    IServiceCollection Services { get; }
}

sealed class CallIntelBuilder(IServiceCollection services) : ICallIntelBuilder
{
    public IServiceCollection Services { get; } = services;
}

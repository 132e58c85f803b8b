using BenchmarkDotNet.Attributes;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Benchmarks.Tenancy;

/// <summary>What a statement costs in the client before it is sent.</summary>
[MemoryDiagnoser]
public class SessionTokenBenchmarks
{
    readonly SigningKey _key = SigningKey.Create(1);
    readonly OrgIdentity _identity = new(new OrgId(Guid.NewGuid()), new MemberId(Guid.NewGuid()));
    readonly DateTimeOffset _expiry = DateTimeOffset.UtcNow.AddMinutes(1);

    /// <summary>One token: the array of bytes and nothing else.</summary>
    [Benchmark]
    public int Mint() => SessionToken.Mint(_key, "callintel", _identity, (long)Permission.All, _expiry).Length;
}

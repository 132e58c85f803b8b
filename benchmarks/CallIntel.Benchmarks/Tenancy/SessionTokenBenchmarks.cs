using BenchmarkDotNet.Attributes;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Benchmarks.Tenancy;

/// <summary>The cost of creating a session token, which the client does for each statement.</summary>
[MemoryDiagnoser]
public class SessionTokenBenchmarks
{
    readonly SigningKey _key = SigningKey.Create(1);
    readonly OrgIdentity _identity = new(new OrgId(Guid.NewGuid()), new MemberId(Guid.NewGuid()));
    readonly DateTimeOffset _expiry = DateTimeOffset.UtcNow.AddMinutes(1);

    /// <summary>Creates one token. Only the byte array is allocated.</summary>
    [Benchmark]
    public int Mint() => SessionToken.Mint(_key, "callintel", _identity, (long)Permission.All, _expiry).Length;
}

using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Root keys in environment variables: rotation with a second variable, and invalid values.</summary>
public sealed class EnvironmentRootKeyTests
{
    static readonly RootKeyContext Context = new(OrgKeyKind.Kek, TestKeys.Org, 7);

    [Fact]
    public async Task Environment_keys_rotate_with_a_second_variable_and_cannot_be_destroyed()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        string one = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        string two = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        RootWrappedKey old;
        using (EnvironmentRootKeyProvider before = Variable(("ROOT", one)))
            old = await before.WrapAsync(Context, key, TestContext.Current.CancellationToken);

        using EnvironmentRootKeyProvider after = Variable(
            ("ROOT", two),
            ("ROOT_PREVIOUS", $" {TestKeys.OtherRootText} , {one}")
        );
        Assert.Equal(key, await TestKeys.UnwrapAsync(after, Context, old));
        Assert.NotEqual(
            old.RootKeyId,
            (await after.WrapAsync(Context, key, TestContext.Current.CancellationToken)).RootKeyId
        );
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootOperationUnsupported, async () =>
            await after.DestroyAsync(old.RootKeyId)
        );

        TestKeys.AssertCode(CryptoErrorCodes.RootKeyEnvironmentMissing, () => Variable());
        TestKeys.AssertCode(CryptoErrorCodes.RootKeyEnvironmentMissing, () => Variable(("ROOT", "  ")));
        foreach (
            string bad in new[]
            {
                "x",
                new string('a', 63),
                new string('a', 65),
                new string('g', 64),
                Convert.ToBase64String(new byte[31]),
                Convert.ToBase64String(new byte[33]),
            }
        )
        {
            CallIntelException e = TestKeys.AssertCode(CryptoErrorCodes.RootKeyEnvironmentMalformed, () =>
                Variable(("ROOT", bad))
            );
            Assert.True(bad.Length < 5 || !e.Message.Contains(bad, StringComparison.Ordinal));
        }

        Assert.ThrowsAny<CallIntelException>(() => new EnvironmentRootKeyProvider("CALLINTEL_TEST_NO_SUCH_VARIABLE"));
    }

    internal static EnvironmentRootKeyProvider Variable(params (string Name, string Value)[] values) =>
        new("ROOT", n => values.FirstOrDefault(v => v.Name == n).Value);
}

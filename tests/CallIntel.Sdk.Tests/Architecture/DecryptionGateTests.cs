using System.Reflection;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;

namespace CallIntel.Sdk.Tests.Architecture;

/// <summary>Tests that nothing in the SDK decrypts stored text without an entry of the access ledger.</summary>
public sealed class DecryptionGateTests
{
    static readonly System.Reflection.Assembly Sdk = typeof(CallIntelDataSource).Assembly;

    [Fact]
    public void Only_the_scope_decrypts_and_the_reindexer_verifies_what_it_has_just_encrypted()
    {
        Class[] callers =
        [
            .. new ArchLoader()
                .LoadAssemblies(Sdk)
                .Build()
                .Classes.Where(type =>
                    type.GetCalledMethods()
                        .Any(method =>
                            method.DeclaringType.FullName == "CallIntel.Sdk.Crypto.Envelope.FieldCipher"
                            && method.Name.StartsWith("TryDecrypt", StringComparison.Ordinal)
                        )
                ),
        ];
        Assert.Equal(
            ["CallIntel.Sdk.Contacts.NumberReindexer", "CallIntel.Sdk.Encryption.DecryptionScope"],
            callers.Select(type => type.FullName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_scope_with_keys_requires_a_filed_access_and_only_the_ledger_creates_one()
    {
        System.Type scope = Sdk.GetType("CallIntel.Sdk.Encryption.DecryptionScope", throwOnError: true)!,
            access = Sdk.GetType("CallIntel.Sdk.Audit.FiledAccess", throwOnError: true)!;
        foreach (System.Type type in new[] { scope, access })
        {
            Assert.True(type.IsSealed);
            ConstructorInfo constructor = Assert.Single(
                type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            );
            Assert.True(constructor.IsPrivate, type.Name);
        }
        MethodInfo create = scope.GetMethod("CreateAsync", BindingFlags.Static | BindingFlags.NonPublic)!;
        Assert.Equal(access, create.GetParameters()[0].ParameterType);
        // All other static members that return a scope return the empty one.
        Assert.Equal(
            ["CreateAsync", "get_Empty"],
            scope
                .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                .Where(method => method.ReturnType.ToString().Contains("DecryptionScope", StringComparison.Ordinal))
                .Select(method => method.Name)
                .Order(StringComparer.Ordinal)
        );
    }
}

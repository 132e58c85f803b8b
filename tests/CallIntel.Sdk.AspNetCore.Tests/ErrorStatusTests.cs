using System.Reflection;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.AspNetCore.Tests;

public sealed class ErrorStatusTests
{
    /// <summary>Errors of the application, its configuration or its server, not of a request's client.</summary>
    static readonly string[] OfTheServer =
    [
        ErrorCodes.NoContext,
        ErrorCodes.TokenRefused,
        ErrorCodes.TokenExpired,
        ErrorCodes.InvalidOptions,
        ErrorCodes.InvalidSigningKey,
        ErrorCodes.Unreachable,
        ErrorCodes.LoginRefused,
        ErrorCodes.RoleTooStrong,
        ErrorCodes.DatabaseError,
        ErrorCodes.AccessNotFiled,
    ];

    [Theory]
    [InlineData(ErrorCodes.NoIdentity, 401)]
    [InlineData(ErrorCodes.NotAMember, 403)]
    [InlineData(ErrorCodes.ReadPurposeNeeded, 403)]
    [InlineData(ErrorCodes.ContactNotFound, 404)]
    [InlineData(ErrorCodes.TeamNameTaken, 409)]
    [InlineData(ErrorCodes.InvalidChangeCursor, 400)]
    [InlineData(ErrorCodes.WriteTooLarge, 413)]
    public void Errors_of_the_client_have_statuses_of_their_own(string code, int status) =>
        Assert.Equal(status, ErrorStatus.Get(new CallIntelException(code, "problem", "remedy")));

    [Fact]
    public void Errors_of_the_server_have_500_and_those_that_pass_have_503()
    {
        Assert.All(OfTheServer, code =>
            Assert.Equal(500, ErrorStatus.Get(new CallIntelException(code, "problem", "remedy")))
        );
        Assert.All(AllCodes(), code =>
            Assert.Equal(503, ErrorStatus.Get(new CallIntelException(code, "problem", "remedy") { IsTransient = true }))
        );
    }

    [Fact]
    public void Errors_named_not_found_or_invalid_or_refused_are_not_blamed_on_the_server()
    {
        string[] accepted =
        [
            nameof(ErrorCodes.InvalidOptions),
            nameof(ErrorCodes.InvalidSigningKey),
            nameof(ErrorCodes.InvalidSealKey),
            nameof(ErrorCodes.InvalidWebhookOptions),
            nameof(ErrorCodes.InvalidCommand),
            nameof(ErrorCodes.InvalidFeedRetention),
            nameof(ErrorCodes.InvalidJobRequest),
            nameof(ErrorCodes.InvalidOrgHeader), // of PostgREST
            nameof(ErrorCodes.InvalidEmbedding), // of a generator
        ];
        FieldInfo[] fields = Fields();
        Assert.NotEmpty(fields);
        Assert.Empty(
            fields
                .Where(field =>
                    field.Name.EndsWith("NotFound", StringComparison.Ordinal)
                    || field.Name.StartsWith("Invalid", StringComparison.Ordinal)
                )
                .Where(field => ErrorStatus.Get(new CallIntelException(Code(field), "problem", "remedy")) >= 500)
                .Select(field => field.Name)
                .Except(accepted)
        );
    }

    static IEnumerable<string> AllCodes() => Fields().Select(Code);

    static FieldInfo[] Fields() => typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static);

    static string Code(FieldInfo field) => (string)field.GetRawConstantValue()!;
}

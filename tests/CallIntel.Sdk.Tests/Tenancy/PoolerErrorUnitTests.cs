using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Tests.Tenancy;

/// <summary>What PgBouncer reports in place of the server, each as FATAL with SQLSTATE 08P01.</summary>
public sealed class PoolerErrorUnitTests
{
    [Theory]
    [InlineData("server conn crashed?")]
    [InlineData("query_wait_timeout")]
    [InlineData(
        "server login has been failing, cached error: the database system is in recovery mode (server_login_retry)"
    )]
    public void An_error_between_the_pooler_and_the_server_can_be_tried_again(string message)
    {
        CallIntelException error = DatabaseErrors.Translate(
            new PostgresException(message, "FATAL", "FATAL", PostgresErrorCodes.ProtocolViolation)
        );
        Assert.Equal((ErrorCodes.Unreachable, true), (error.Code, error.IsTransient));
        Assert.DoesNotContain(message, error.Message, StringComparison.Ordinal);
    }
}

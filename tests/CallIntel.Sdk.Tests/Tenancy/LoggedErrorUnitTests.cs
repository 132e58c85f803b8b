using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Tests.Tenancy;

public sealed class LoggedErrorUnitTests
{
    [Theory]
    [InlineData("40P01", "CI0019 (SQLSTATE 40P01)")]
    [InlineData("23505", "CI0019 (SQLSTATE 23505)")]
    [InlineData("57014", "CI0243")]
    [InlineData("CI001", "CI0001")]
    public void A_logged_error_has_the_sqlstate_if_its_code_does_not_say_it(string state, string expected) =>
        Assert.Equal(
            expected,
            DatabaseErrors.Describe(
                DatabaseErrors.Translate(new PostgresException("Refused.", "ERROR", "ERROR", state))
            )
        );

    [Fact]
    public void A_logged_error_of_the_driver_has_only_its_code() =>
        Assert.Equal(
            "CI0019",
            DatabaseErrors.Describe(
                DatabaseErrors.Translate(new NpgsqlException("Failed.", new InvalidOperationException()))
            )
        );
}

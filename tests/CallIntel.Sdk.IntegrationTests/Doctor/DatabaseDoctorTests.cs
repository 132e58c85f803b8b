using CallIntel.Sdk.Doctor;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Doctor;

/// <summary>The doctor reports each problem, and reports none in a database that has none.</summary>
[Collection(ClusterRoles.Collection)]
public sealed partial class DatabaseDoctorTests(DoctorFixture fixture, ServerFixture server)
    : IClassFixture<DoctorFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task Each_problem_is_reported(string cause, string code, string text)
    {
        await using NpgsqlConnection connection = await ConnectAsync();
        await using NpgsqlTransaction rolledBack = await connection.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(connection, cause);
        DoctorReport report = await DatabaseDoctor.ExamineAsync(connection, Cancellation);
        DoctorFinding finding = Assert.Single(report.Findings, finding =>
            finding.Code == code && finding.Problem.Contains(text, StringComparison.Ordinal)
        );
        Assert.NotEmpty(finding.Remedy);
        Assert.False(finding.Severity > FindingSeverity.Advice && report.IsHealthy);
    }

    [Fact]
    public async Task The_operations_role_gets_only_advice_for_a_database_without_problems()
    {
        await using NpgsqlConnection connection = await ConnectAsync();
        await ExecuteAsync(connection, "set role callintel_ops");
        DoctorReport report = await DatabaseDoctor.ExamineAsync(connection, Cancellation);
        Assert.DoesNotContain(report.Findings, finding => finding.Severity is not FindingSeverity.Advice);
        Assert.True(report.IsHealthy);
        Assert.Equal(SchemaMigrator.TargetVersion, report.SchemaVersion);

        // the advice disappears when the settings of the application's role are set
        await ExecuteAsync(connection, "reset role");
        await using NpgsqlTransaction rolledBack = await connection.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(
            connection,
            """
            alter role callintel_app set statement_timeout = '60s';
            alter role callintel_app set idle_in_transaction_session_timeout = '60s'
            """
        );
        DoctorReport advised = await DatabaseDoctor.ExamineAsync(connection, Cancellation);
        Assert.DoesNotContain(advised.Findings, finding =>
            finding.Problem.Contains("_timeout", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Superusers_count_the_rows_of_a_default_partition_and_other_roles_estimate_them()
    {
        // a separate database, because rolling back a transaction does not restore statistics
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        await using NpgsqlConnection connection = await database.Admin.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(
            connection,
            """
            insert into callintel_private.event_details (org_id, event_id, status)
            select gen_random_uuid(), callintel.first_id('2001-01-01'::timestamptz + i * interval '1 hour'), 'x'
              from generate_series(1, 41) i;
            analyze callintel_private.event_details_default
            """
        );
        DoctorFinding counted = Assert.Single(
            (await DatabaseDoctor.ExamineAsync(connection, Cancellation)).Findings,
            f => f.Code == "CI0226"
        );
        Assert.Contains("event_details_default holds 41 rows", counted.Problem, StringComparison.Ordinal);
        await ExecuteAsync(connection, "set role callintel_ops");
        DoctorFinding estimated = Assert.Single(
            (await DatabaseDoctor.ExamineAsync(connection, Cancellation)).Findings,
            f => f.Code == "CI0226"
        );
        Assert.Contains("event_details_default holds about 41 rows", estimated.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_public_method_examines_as_an_operator_and_refuses_the_role_of_the_application()
    {
        DoctorReport report = await new DatabaseDoctor(fixture.Database.Admin).ExamineAsync(Cancellation);
        Assert.True(report.IsHealthy);
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(async () =>
        {
            await using NpgsqlDataSource application = NpgsqlDataSource.Create(fixture.Database.AppConnectionString);
            await new DatabaseDoctor(application).ExamineAsync(Cancellation);
        });
        Assert.Equal("CI0005", refused.Code);
    }

    internal static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    async Task<NpgsqlConnection> ConnectAsync() => await fixture.Database.Admin.OpenConnectionAsync(Cancellation);

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}

using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Privacy.PrivacyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

public sealed partial class SubjectRequestRegisterTests
{
    [Theory]
    [InlineData(OrgRole.Viewer)]
    [InlineData(OrgRole.Analyst)]
    [InlineData(OrgRole.Member)]
    public async Task Only_owners_and_admins_use_the_register(OrgRole role)
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestId id = (await admin.SubjectRequests.OpenAsync(Access, Cancellation)).Request.Id;
        await using OrgSession session = await fixture.Own.OpenSessionAsync(role, Cancellation);
        foreach (Func<Task> call in CallsOf(session.SubjectRequests, id))
            await RefusedAsync(ErrorCodes.NotAllowed, call);
        Assert.Single((await admin.SubjectRequests.GetAsync(id, Cancellation)).History);
    }

    [Fact]
    public async Task Requests_of_another_org_do_not_exist()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestId id = (await admin.SubjectRequests.OpenAsync(Access, Cancellation)).Request.Id;
        await using OrgSession foreign = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        SubjectRequestRegister register = foreign.SubjectRequests;
        foreach (Func<Task> call in CallsOf(register, id).Skip(3))
            await RefusedAsync(ErrorCodes.SubjectRequestNotFound, call);
        Assert.DoesNotContain(await register.ListAsync(cancellationToken: Cancellation).ToListAsync(Cancellation), r =>
            r.Id == id
        );
        // the blind index of another org is another one
        Assert.DoesNotContain(id, (await register.OpenAsync(Access, Cancellation)).PossibleDuplicates);
        Assert.Single((await admin.SubjectRequests.GetAsync(id, Cancellation)).History);
    }

    [Fact]
    public async Task The_history_cannot_be_changed_by_functions_of_the_package()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.SubjectRequests.OpenAsync(Access, Cancellation);
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        foreach (
            string sql in new[]
            {
                "update callintel_private.subject_request_history set reason = 2",
                "truncate callintel_private.subject_request_history",
            }
        )
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
            await using NpgsqlCommand command = new($"set local role callintel_definer; {sql}", connection);
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation))).SqlState
            );
        }
    }

    [Fact]
    public async Task Two_admins_who_close_a_request_at_once_close_it_once()
    {
        await using OrgSession admin = await fixture.Own.OpenSessionAsync(OrgRole.Admin, Cancellation);
        SubjectRequestRegister register = admin.SubjectRequests;
        for (int round = 0; round < 5; round++)
        {
            SubjectRequestId id = (await register.OpenAsync(Access, Cancellation)).Request.Id;
            Task<string>[] closing =
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(async i =>
                    {
                        try
                        {
                            await (
                                i % 2 == 0
                                    ? register.CancelAsync(id, null, Cancellation)
                                    : register.DenyAsync(id, DenialBasis.NotASubject, null, Cancellation)
                            );
                            return "";
                        }
                        catch (CallIntelException e)
                        {
                            return e.Code;
                        }
                    }),
            ];
            string[] results = await Task.WhenAll(closing);
            Assert.Single(results, "");
            Assert.Equal(7, results.Count(code => code == ErrorCodes.SubjectRequestStateRefused));
            Assert.Equal(2, (await register.GetAsync(id, Cancellation)).History.Count);
        }
    }

    static Func<Task>[] CallsOf(SubjectRequestRegister register, SubjectRequestId id) =>
        [
            () => register.OpenAsync(Access, Cancellation),
            async () => await register.ListAsync(cancellationToken: Cancellation).CountAsync(Cancellation),
            () => register.MetricsAsync(TimeRange.LastDays(30), Cancellation),
            () => register.GetAsync(id, Cancellation),
            () => register.VerifyIdentityAsync(id, IdentityVerification.High, "seen", Cancellation),
            () => register.AcknowledgeAsync(id, Cancellation),
            () => register.AssignAsync(id, null, Cancellation),
            () => register.ExtendAsync(id, ExtensionReason.Other, cancellationToken: Cancellation),
            () => register.DenyAsync(id, DenialBasis.Excessive, "no", Cancellation),
            () => register.CancelAsync(id, null, Cancellation),
            () => register.MarkDuplicateAsync(id, new SubjectRequestId(NewId()), Cancellation),
            () => register.CompleteAsync(id, cancellationToken: Cancellation),
        ];
}

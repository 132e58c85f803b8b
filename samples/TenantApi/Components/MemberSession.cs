using System.Security.Claims;
using CallIntel.Sdk;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace CallIntel.TenantApi.Components;

/// <summary>
/// The signed-in member of a circuit. A circuit lives longer than a request, so it opens a session for each piece of
/// work: this costs no round trip, and the database reads the role of the member every time.
/// </summary>
sealed class MemberSession(
    AuthenticationStateProvider authentication,
    CallIntelDataSource source,
    NavigationManager navigation
) : IDisposable
{
    OrgIdentity _identity;
    bool _isLeaving;

    public static IReadOnlyList<AccessPurpose> Purposes { get; } =
    [
        AccessPurpose.None,
        AccessPurpose.Support,
        AccessPurpose.SubjectRequest,
        AccessPurpose.Security,
        AccessPurpose.LegalObligation,
        AccessPurpose.Quality,
    ];

    public bool IsReady { get; private set; }

    public string Name { get; private set; } = "";

    public OrgRole? Role { get; private set; }

    public AccessPurpose Purpose => _identity.Purpose;

    /// <summary>Whether a purpose shows the member hidden contacts.</summary>
    public bool MayNamePurpose => Role is OrgRole.Admin or OrgRole.Owner;

    public bool MayReadTexts => Role is not (null or OrgRole.Viewer);

    public bool MayManage => Role is OrgRole.Admin or OrgRole.Owner;

    /// <summary>Why the member may not read the audit log; null if the member may.</summary>
    public string? DeniedAudit => MayManage ? null : "Admins and owners read the audit log.";

    /// <summary>Why the member may not answer requests; null if the member may.</summary>
    public string? DeniedPrivacy => MayManage ? null : "Admins and owners answer requests of people.";

    public MemberId Id => _identity.Member;

    /// <summary>Raised when the purpose was changed, so that everything has to be read again.</summary>
    public event Action? PurposeChanged;

    public async Task StartAsync()
    {
        ClaimsPrincipal user = (await authentication.GetAuthenticationStateAsync()).User;
        _identity = new OrgIdentity(
            OrgId.Parse(user.FindFirstValue("org_id")!),
            MemberId.Parse(user.FindFirstValue("sub")!)
        );
        Name = user.FindFirstValue("name") ?? "";
        try
        {
            Role = await RunAsync(
                async (session, cancellationToken) =>
                    (await session.Members.ListAsync(cancellationToken)).TryGetValue(Id, out OrgRole role)
                        ? role
                        : (OrgRole?)null,
                CancellationToken.None
            );
            IsReady = true;
        }
        catch (CallIntelException e) when (e.IsTransient)
        {
            // The panels say so, and try again.
            IsReady = true;
        }
        catch (CallIntelException e) when (e.Code is ErrorCodes.NotAMember)
        {
            // The browser is on its way to the sign-in.
        }
    }

    public void SetPurpose(AccessPurpose purpose)
    {
        _identity = _identity with { Purpose = purpose };
        PurposeChanged?.Invoke();
    }

    /// <summary>Runs work in a session of the member. A member who was removed is signed out.</summary>
    public Task<T> RunAsync<T>(
        Func<OrgSession, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    ) => RunAsync(work, Purpose, cancellationToken);

    /// <summary>Runs work for a purpose of its own.</summary>
    public async Task<T> RunAsync<T>(
        Func<OrgSession, CancellationToken, Task<T>> work,
        AccessPurpose purpose,
        CancellationToken cancellationToken
    )
    {
        OrgIdentity identity = _identity with { Purpose = purpose };
        await using OrgSession session = await source.OpenSessionAsync(identity, cancellationToken);
        try
        {
            return await work(session, cancellationToken);
        }
        catch (CallIntelException e) when (e.Code is ErrorCodes.NotAMember)
        {
            // All panels notice it. The first one leaves the page, and the circuit ends.
            if (!_isLeaving)
                navigation.NavigateTo("/sign-out?reason=removed", forceLoad: true);
            _isLeaving = true;
            throw;
        }
    }

    public void Dispose() => _isLeaving = true;
}

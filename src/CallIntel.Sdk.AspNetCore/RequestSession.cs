using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.AspNetCore.Http;

namespace CallIntel.Sdk.AspNetCore;

/// <summary>The session of one request, opened by <see cref="RequestSessionMiddleware"/>.</summary>
sealed class RequestSession : IAsyncDisposable
{
    OrgSession? _session;

    /// <summary>The session.</summary>
    /// <exception cref="CallIntelException"><c>CI0330</c>: the request has no identity.</exception>
    internal OrgSession Session =>
        _session
        ?? throw new CallIntelException(
            ErrorCodes.NoIdentity,
            "The request has no identity, so no session can be opened.",
            "Sign in, and name an org. In the application, call UseCallIntel after UseAuthentication."
        );

    internal async ValueTask OpenAsync(CallIntelDataSource source, OrgIdentity identity, HttpContext http) =>
        _session ??= await source.OpenSessionAsync(identity, http.RequestAborted).ConfigureAwait(false);

    public ValueTask DisposeAsync() => _session?.DisposeAsync() ?? ValueTask.CompletedTask;
}

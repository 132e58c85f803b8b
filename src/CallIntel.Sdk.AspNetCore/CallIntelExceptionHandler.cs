using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.AspNetCore;

/// <summary>
/// Answers a <see cref="CallIntelException"/> with problem details (RFC 9457): the status that fits the error, and its
/// stable code.
/// </summary>
/// <remarks>
/// Errors that the client caused contain what happened and what to do. Other errors contain only their code, because
/// their text is written for operators; it is logged.
/// </remarks>
sealed class CallIntelExceptionHandler(IProblemDetailsService problems, ILogger<CallIntelExceptionHandler> log)
    : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        if (exception is not CallIntelException error)
            return ValueTask.FromResult(false);
        int status = ErrorStatus.Get(error);
        bool isClients = status < StatusCodes.Status500InternalServerError;
        if (!isClients)
            log.RequestFailed(error.Code, error.IsTransient, error);
        if (status is StatusCodes.Status503ServiceUnavailable)
            httpContext.Response.Headers.RetryAfter = "1";
        httpContext.Response.StatusCode = status;
        ProblemDetails details = new()
        {
            Status = status,
            Type = $"urn:callintel:error:{error.Code}",
            Title = isClients ? error.Problem : "The request could not be processed.",
            Detail = isClients ? error.Remedy : null,
        };
        details.Extensions["code"] = error.Code;
        return problems.TryWriteAsync(
            new ProblemDetailsContext
            {
                HttpContext = httpContext,
                ProblemDetails = details,
                Exception = exception,
            }
        );
    }
}

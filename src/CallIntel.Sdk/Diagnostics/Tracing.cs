using System.Diagnostics;

namespace CallIntel.Sdk.Diagnostics;

/// <summary>
/// Creates the spans <c>callintel.*</c> of the activity source <c>CallIntel.Sdk</c>; see
/// <c>docs/guides/observability.md</c>.
/// </summary>
/// <remarks>
/// Tags contain only counts, names of figures and error codes. They never identify an org, a person or a record.
/// </remarks>
static class Tracing
{
    internal const string SourceName = "CallIntel.Sdk";

    static readonly ActivitySource Source = new(SourceName, typeof(Tracing).Assembly.GetName().Version?.ToString(3));

    /// <summary>Runs a call in a span. If the call fails, the span gets the error code.</summary>
    /// <param name="name">The name of the span, for example <c>callintel.figure</c>.</param>
    /// <param name="tag">The name of its only tag.</param>
    /// <param name="value">The value of the tag.</param>
    /// <param name="call">The call to run.</param>
    internal static async Task<T> SpanAsync<T>(string name, string tag, object? value, Func<Task<T>> call)
    {
        // The span represents the client side of a database call.
        using Activity? activity = Source.StartActivity(name, ActivityKind.Client);
        activity?.SetTag(tag, value);
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (activity is not null)
        {
            string code = e is CallIntelException coded ? coded.Code : e.GetType().Name;
            activity.SetTag("error.type", code);
            activity.SetStatus(ActivityStatusCode.Error, code); // not the message, which may contain values
            throw;
        }
    }
}

using System.Diagnostics;

namespace CallIntel.Sdk.Diagnostics;

/// <summary>
/// The spans <c>callintel.*</c> of the activity source <c>CallIntel.Sdk</c>; <c>docs/guides/observability.md</c> lists
/// them.
/// </summary>
/// <remarks>Tags are counts, names of figures and error codes: no org, no person and no value of a record.</remarks>
static class Tracing
{
    internal const string SourceName = "CallIntel.Sdk";

    static readonly ActivitySource Source = new(SourceName, typeof(Tracing).Assembly.GetName().Version?.ToString(3));

    /// <summary>Runs a call within a span, which gets the code of its failure.</summary>
    /// <param name="name">The name of the span, for example <c>callintel.figure</c>.</param>
    /// <param name="tag">The name of its one tag.</param>
    /// <param name="value">The value of the tag.</param>
    /// <param name="call">The call.</param>
    internal static async Task<T> SpanAsync<T>(string name, string tag, object? value, Func<Task<T>> call)
    {
        // the client's side of a database call
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
            activity.SetStatus(ActivityStatusCode.Error, code); // never the message: it may hold a value of the driver
            throw;
        }
    }
}

using System.Data.Common;

namespace CallIntel;

/// <summary>
/// The one exception CallIntel throws for a condition of its own: a stable <see cref="Code"/>, what happened, and what to do.
/// </summary>
/// <remarks>
/// The message never holds plaintext, keys or row values, so it is safe to log. Every code has a page in <c>docs/diagnostics</c>
/// of the repository. <see cref="Exception.HelpLink"/> is null.
/// </remarks>
public class CallIntelException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code, for example <c>CI0007</c>.</param>
    /// <param name="problem">What happened, as one sentence without values from rows, keys or plaintext.</param>
    /// <param name="remedy">What the reader should do about it, as one sentence.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public CallIntelException(string code, string problem, string remedy, Exception? innerException = null)
        : base($"{code}: {problem} {remedy}", innerException)
    {
        Code = code;
        Problem = problem;
        Remedy = remedy;
        IsTransient = innerException switch
        {
            DbException database => database.IsTransient,
            CallIntelException cause => cause.IsTransient,
            _ => false,
        };
    }

    /// <summary>The stable code: what a caller branches on and a reader looks up.</summary>
    public string Code { get; }

    /// <summary>Whether the same call can succeed later without any change, so that repeating it makes sense.</summary>
    /// <value>
    /// True for lost connections, a pool or server without a free connection, a server that starts or stops, time-outs, and transactions that lost to
    /// others (deadlocks, serialization failures). By default that of the exception that caused this one; otherwise false.
    /// </value>
    /// <remarks>Calls of CallIntel that store records can be repeated safely: nothing is stored twice.</remarks>
    public bool IsTransient { get; init; }

    /// <summary>What happened.</summary>
    public string Problem { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}

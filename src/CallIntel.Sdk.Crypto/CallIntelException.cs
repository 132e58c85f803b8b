using System.Data.Common;

namespace CallIntel;

/// <summary>
/// The exception that CallIntel throws for its own error conditions. It has a stable <see cref="Code"/>, says what
/// happened, and says what to do.
/// </summary>
/// <remarks>
/// The message never contains plaintext, keys or row values, so it is safe to log. Every code has a page in
/// <c>docs/diagnostics</c> of the repository. <see cref="Exception.HelpLink"/> is null.
/// </remarks>
public class CallIntelException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code, for example <c>CI0007</c>.</param>
    /// <param name="problem">What happened, without values from rows, keys or plaintext.</param>
    /// <param name="remedy">What the reader should do about it.</param>
    /// <param name="innerException">The exception that caused this one, if any.</param>
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

    /// <summary>Gets the stable code. Use it to handle an error in code and to look it up.</summary>
    public string Code { get; }

    /// <summary>Gets whether the same call can succeed later without any change, so that a retry makes sense.</summary>
    /// <value>
    /// True for lost connections, a pool or server without a free connection, a server that is starting or stopping,
    /// time-outs, deadlocks and serialization failures. By default the value of the inner exception, otherwise false.
    /// </value>
    /// <remarks>Calls that store records are safe to repeat: nothing is stored twice.</remarks>
    public bool IsTransient { get; init; }

    /// <summary>Gets what happened.</summary>
    public string Problem { get; }

    /// <summary>Gets what to do about it.</summary>
    public string Remedy { get; }
}

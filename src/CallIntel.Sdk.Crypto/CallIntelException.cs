namespace CallIntel;

/// <summary>
/// The one exception CallIntel throws for a condition of its own: a stable <see cref="Code"/>, what happened, and what to do.
/// </summary>
/// <remarks>
/// The message never holds plaintext, keys or row values, so it is safe to log. Every code has a page in <c>docs/diagnostics</c>.
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
        HelpLink = $"docs/diagnostics/{code}.md";
    }

    /// <summary>The stable code: what a caller branches on and a reader looks up.</summary>
    public string Code { get; }

    /// <summary>What happened.</summary>
    public string Problem { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}

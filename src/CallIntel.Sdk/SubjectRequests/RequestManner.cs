namespace CallIntel.Sdk.SubjectRequests;

/// <summary>How a request was made.</summary>
public enum RequestManner
{
    /// <summary>Not recorded.</summary>
    Unknown = 0,

    /// <summary>By a form on a web site or in an application.</summary>
    WebForm = 1,

    /// <summary>By email.</summary>
    Email = 2,

    /// <summary>By telephone.</summary>
    Telephone = 3,

    /// <summary>By letter.</summary>
    Letter = 4,

    /// <summary>In person.</summary>
    InPerson = 5,

    /// <summary>By an authorized agent of the person.</summary>
    Agent = 6,
}

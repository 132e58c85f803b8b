namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What a column of the database contains, as far as persons are concerned.</summary>
public enum DataClass
{
    /// <summary>No data about a person: settings of the org, definitions, counters.</summary>
    None = 0,

    /// <summary>What a person is found by: numbers and names, encrypted.</summary>
    Identifier = 1,

    /// <summary>What was said or written, and what is computed from it: texts, files, vectors, hashed words.</summary>
    Content = 2,

    /// <summary>Facts about communication: when, how long, which way, with which result.</summary>
    Metadata = 3,

    /// <summary>Ids and keyed digests that stand for a person.</summary>
    Pseudonymous = 4,

    /// <summary>Keys, wrapped or padded, and digests of secrets.</summary>
    KeyMaterial = 5,

    /// <summary>What the software needs to run: times of writing, versions, states, locks.</summary>
    Operational = 6,
}

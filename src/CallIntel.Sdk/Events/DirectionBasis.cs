namespace CallIntel.Sdk.Events;

/// <summary>How an importer determined the direction of an event and the org's own side of it.</summary>
public enum DirectionBasis
{
    /// <summary>The source states the direction.</summary>
    Stated,

    /// <summary>One side matches the org's own lines.</summary>
    OwnLine,

    /// <summary>One side is a telephone, client or device of the org.</summary>
    Endpoint,

    /// <summary>The context in which the telephone system handled the call shows where the call came from.</summary>
    Context,

    /// <summary>The role or other metadata of a party shows that it belongs to the org.</summary>
    Role,

    /// <summary>
    /// The record does not show which side is the org's own. The direction is a guess: count such records, and set the
    /// own lines of the import if there are many of them.
    /// </summary>
    Assumed,
}

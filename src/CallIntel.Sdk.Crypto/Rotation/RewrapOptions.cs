using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Rotation;

/// <summary>How a rewrap runs.</summary>
public sealed record RewrapOptions
{
    /// <summary>How many keys are read, wrapped and written at a time.</summary>
    /// <value>Default 1000. At least 1.</value>
    public int PageSize { get; init; } = 1000;

    /// <summary>Where to go on: <see cref="RewrapProgress.Cursor"/> of an earlier run. Only saves looking at keys that failed then.</summary>
    /// <value>Default <see langword="null"/>: from the start, which is always right, since keys that were moved are not read again.</value>
    public KeyId? ResumeAfter { get; init; }
}

namespace CallIntel.Sdk.Search;

/// <summary>A part of a text.</summary>
/// <param name="Start">The index of the first character (UTF-16 code unit).</param>
/// <param name="Length">The number of characters.</param>
public readonly record struct TextSpan(int Start, int Length);

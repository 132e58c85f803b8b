namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>A clock whose wall time can jump and whose monotonic time the test advances.</summary>
sealed class MovableClock : TimeProvider
{
    long _elapsed;

    /// <summary>
    /// How far the wall clock is off. Tokens live for a minute or so and the server checks them: stay within that.
    /// </summary>
    internal TimeSpan Jump { get; set; }

    internal void Elapse(TimeSpan time) =>
        Interlocked.Add(ref _elapsed, (long)(time.TotalSeconds * TimestampFrequency));

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Jump;

    public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _elapsed);
}

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>The system's clock, whose wall time jumps and whose monotonic time is moved on by the test.</summary>
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

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests.Model;

/// <summary>What a run of the model has done and found.</summary>
sealed class ModelReport
{
    readonly List<string> _broken = [];
    long _steps,
        _events,
        _certificates,
        _interruptions;

    /// <summary>The invariants that did not hold, each with the place where it was noticed.</summary>
    internal IReadOnlyList<string> Broken => _broken;

    internal long Steps => _steps;

    internal long Events => _events;

    internal long Certificates => _certificates;

    /// <summary>How often a lost connection interrupted an operation.</summary>
    internal long Interruptions => _interruptions;

    internal int Restores { get; set; }

    internal int WorkerKills { get; set; }

    internal int ServerKills { get; set; }

    internal void CountSteps(int steps) => Interlocked.Add(ref _steps, steps);

    internal void CountEvents(long events) => Interlocked.Add(ref _events, events);

    internal void CountCertificate() => Interlocked.Increment(ref _certificates);

    internal void CountInterruption() => Interlocked.Increment(ref _interruptions);

    internal void Expect<T>(T expected, T actual, string what)
    {
        if (EqualityComparer<T>.Default.Equals(expected, actual))
            return;
        lock (_broken)
            _broken.Add($"{what}: expected {expected}, found {actual} after {Steps} steps");
    }

    public override string ToString() =>
        $"{Steps} steps, {Events} records stored, {Certificates} certificates, {Restores} restores, {WorkerKills} "
        + $"workers killed, {ServerKills} crashes of the server, {Interruptions} operations interrupted";
}

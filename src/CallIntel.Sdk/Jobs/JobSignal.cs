namespace CallIntel.Sdk.Jobs;

/// <summary>
/// Wakes the workers of this process when a job was enqueued. Only a hint: a worker also looks for jobs by itself.
/// </summary>
/// <remarks>Thread-safe.</remarks>
sealed class JobSignal
{
    TaskCompletionSource _raised = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next call of <see cref="Raise"/>.</summary>
    internal Task Next => Volatile.Read(ref _raised).Task;

    internal void Raise() =>
        Interlocked
            .Exchange(ref _raised, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .TrySetResult();
}

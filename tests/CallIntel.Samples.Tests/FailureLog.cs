using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CallIntel.Samples.Tests;

/// <summary>Keeps errors that the sample logs, except those answered with 503 and jobs that are tried again.</summary>
sealed class FailureLog : ILoggerProvider
{
    readonly ConcurrentQueue<string> _unexpected = new();

    internal IReadOnlyCollection<string> Unexpected => _unexpected;

    public ILogger CreateLogger(string categoryName) => new Log(this, categoryName);

    public void Dispose() { }

    sealed class Log(FailureLog owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        void ILogger.Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel) && exception is not CallIntelException { IsTransient: true })
                owner._unexpected.Enqueue($"{category}: {formatter(state, exception)} {exception}");
        }
    }
}

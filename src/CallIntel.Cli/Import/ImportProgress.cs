using CallIntel.Sdk.Ingestion;
using Spectre.Console;

namespace CallIntel.Cli.Import;

/// <summary>How far an import is, as committed batches report it; moves the bar, if there is one.</summary>
sealed class ImportProgress(RecordSource source, ProgressTask? bar) : IProgress<IngestProgress>
{
    /// <summary>As of the last committed batch.</summary>
    internal IngestProgress Last { get; private set; }

    public void Report(IngestProgress value)
    {
        Last = value;
        if (bar is null)
            return;
        bar.Description = $"{value.Read:N0} records";
        if (source.PartRead is { } part)
            bar.Value = part;
    }

    /// <summary>Runs with a bar where somebody watches.</summary>
    internal static Task<T> WithBarAsync<T>(
        Output.ConsoleOutput screen,
        RecordSource source,
        Func<ImportProgress, Task<T>> work
    ) =>
        !screen.ShowsProgress
            ? work(new ImportProgress(source, null))
            : screen
                .Errors.Progress()
                .Columns(
                    new TaskDescriptionColumn(),
                    new ProgressBarColumn(),
                    new PercentageColumn(),
                    new ElapsedTimeColumn()
                )
                .StartAsync(bars =>
                {
                    ProgressTask bar = bars.AddTask("0 records", maxValue: 1);
                    bar.IsIndeterminate = source.PartRead is null;
                    return work(new ImportProgress(source, bar));
                });
}

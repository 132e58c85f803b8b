using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using Spectre.Console;

namespace CallIntel.Cli.Import;

/// <summary>
/// The progress of an import as of its last committed batch. Moves the progress bar, if there is one.
/// </summary>
sealed class ImportProgress(RecordFile file, ProgressTask? bar) : IProgress<IngestProgress>
{
    /// <summary>The progress as of the last committed batch.</summary>
    internal IngestProgress Last { get; private set; }

    public void Report(IngestProgress value)
    {
        Last = value;
        if (bar is null)
            return;
        bar.Description = $"{value.Read:N0} records";
        if (file.Progress is { } part)
            bar.Value = part;
    }

    /// <summary>Runs an import, with a progress bar if the console output is interactive.</summary>
    internal static Task<T> WithBarAsync<T>(
        Output.ConsoleOutput console,
        RecordFile file,
        Func<ImportProgress, Task<T>> work
    ) =>
        !console.ShowsProgress
            ? work(new ImportProgress(file, null))
            : console
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
                    bar.IsIndeterminate = file.Progress is null;
                    return work(new ImportProgress(file, bar));
                });
}

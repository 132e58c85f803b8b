using CallIntel.Sdk.Ingestion;
using Spectre.Console;

namespace CallIntel.Cli.Import;

/// <summary>Shows why records were rejected, and what else the user should check.</summary>
static class ImportNotes
{
    const int MostReasons = 20;

    internal static void Show(
        IAnsiConsole console,
        ImportRequest request,
        IReadOnlyList<RejectCount> reasons,
        long unrecognizedNumbers,
        long assumedDirections
    )
    {
        if (assumedDirections > 0)
            console.WriteLine(
                $"  {assumedDirections} with a direction that is a guess: set CALLINTEL_OWN_LINES to a rule for "
                    + "the org's own numbers"
            );
        foreach (RejectCount reason in reasons.Take(MostReasons))
            console.WriteLine(
                $"  {reason.Count} rejected: {reason.Reason}" + (reason.Detail is null ? "" : $" ({reason.Detail})")
            );
        if (reasons.Count > MostReasons)
            console.WriteLine($"  {reasons.Skip(MostReasons).Sum(r => r.Count)} rejected for other reasons");
        if (request.File.Skipped > 0)
            console.WriteLine(
                $"  {request.File.Skipped} skipped: neither side matches direction.own, the rule for own lines"
            );
        if (unrecognizedNumbers == 0)
            return;
        console.WriteLine(
            $"  {unrecognizedNumbers} with a party that could not be read as a number; it is kept as it is written"
        );
        if (request.Source.DefaultRegion is null)
            console.WriteLine(
                "  No --region was given. For national numbers, name their country, for example --region US."
            );
    }
}

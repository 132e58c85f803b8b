using System.Text;

namespace CallIntel.Sdk.Exports;

/// <summary>Writes lines of CSV (RFC 4180) in UTF-8.</summary>
/// <remarks>
/// A cell that a spreadsheet would take for a formula begins with an apostrophe, because texts of other people are in
/// the file. JSON Lines contain the exact text.
/// </remarks>
sealed class CsvLines(Stream destination)
{
    readonly StringBuilder _line = new();

    internal async Task WriteAsync(CancellationToken cancellationToken, params string?[] cells)
    {
        _line.Clear();
        for (int i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                _line.Append(',');
            Append(cells[i]);
        }
        _line.Append("\r\n");
        await destination.WriteAsync(Encoding.UTF8.GetBytes(_line.ToString()), cancellationToken).ConfigureAwait(false);
    }

    void Append(string? cell)
    {
        if (string.IsNullOrEmpty(cell))
            return;
        if (IsFormula(cell))
            cell = "'" + cell;
        if (cell.AsSpan().ContainsAny(",\"\r\n"))
            _line.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else
            _line.Append(cell);
    }

    /// <summary>A number with a sign, such as a telephone number, is none.</summary>
    static bool IsFormula(string cell) =>
        cell[0] is '=' or '@' or '\t' or '\r'
        || cell[0] is '+' or '-' && cell.AsSpan(1).ContainsAnyExceptInRange('0', '9');
}

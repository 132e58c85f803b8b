using System.Text;
using CallIntel.Sdk.Exports;

namespace CallIntel.Sdk.Tests.Exports;

/// <summary>Tests the CSV of exports for data subjects.</summary>
public class CsvUnitTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("+4520000200", "+4520000200")]
    [InlineData("-5", "-5")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("+1+cmd", "'+1+cmd")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("æøå", "æøå")]
    public async Task Cells_are_quoted_and_formulas_are_made_harmless(string? cell, string expected)
    {
        MemoryStream file = new();
        await new CsvLines(file).WriteAsync(TestContext.Current.CancellationToken, cell, "x");
        Assert.Equal($"{expected},x\r\n", Encoding.UTF8.GetString(file.ToArray()));
    }
}

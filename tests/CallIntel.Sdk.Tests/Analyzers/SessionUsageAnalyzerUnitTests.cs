using System.Collections.Immutable;
using CallIntel.Sdk.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CallIntel.Sdk.Tests.Analyzers;

/// <summary>Tests the analyzers of the package with statements of an application.</summary>
public sealed class SessionUsageAnalyzerUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("session.Events.ReadAsync(EventFilter.All);", "CIA0001")]
    [InlineData("session.QueryAsync(\"select 1\", row => row.GetInt32(0));", "CIA0001")]
    [InlineData("await foreach (ConversationEvent e in session.Events.ReadAsync(EventFilter.All)) { }", null)]
    [InlineData("var events = session.Events.ReadAsync(EventFilter.All);", null)]
    [InlineData("_ = session.Events.ReadAsync(EventFilter.All);", null)]
    [InlineData("await session.Events.ReadAsync(EventFilter.All).ToListAsync();", null)]
    [InlineData("var e = session.Events.ReadAsync(EventFilter.All).GetAsyncEnumerator();", "CIA0002")]
    [InlineData("await using var e = session.Events.ReadAsync(EventFilter.All).GetAsyncEnumerator();", null)]
    [InlineData("await using (var e = session.Events.ReadAsync(EventFilter.All).GetAsyncEnumerator()) { }", null)]
    [InlineData("await session.Ingestion.WriteAsync(source, records);", "CIA0003")]
    [InlineData("await session.Ingestion.WriteAsync(source, records).ConfigureAwait(false);", "CIA0003")]
    [InlineData("await session.Ingestion.IngestAsync(source, stream);", "CIA0003")]
    [InlineData("_ = await session.Ingestion.WriteAsync(source, records);", null)]
    [InlineData("if ((await session.Ingestion.WriteAsync(source, records)).Rejected > 0) return;", null)]
    [InlineData("Own.ReadAsync();", null)]
    public async Task A_result_that_has_to_be_used_is_reported(string statement, string? expected)
    {
        string code = $$"""
            using System.Collections.Generic;
            using System.Linq;
            using System.Threading.Tasks;
            using CallIntel.Sdk;
            using CallIntel.Sdk.Events;
            using CallIntel.Sdk.Ingestion;

            static class Own
            {
                public static async IAsyncEnumerable<int> ReadAsync() { await Task.Yield(); yield return 1; }
            }

            class Host
            {
                async Task RunAsync(OrgSession session, IngestSource source, IReadOnlyList<EventRecord> records,
                    IAsyncEnumerable<EventRecord> stream)
                {
                    await Task.Yield();
                    {{statement}}
                }
            }
            """;
        CSharpCompilation compilation = CSharpCompilation.Create(
            "host",
            [CSharpSyntaxTree.ParseText(code, cancellationToken: Cancellation)],
            References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        );
        Assert.DoesNotContain(compilation.GetDiagnostics(Cancellation), d => d.Severity is DiagnosticSeverity.Error);
        ImmutableArray<Diagnostic> found = await compilation
            .WithAnalyzers([new SessionUsageAnalyzer()])
            .GetAnalyzerDiagnosticsAsync(Cancellation);
        Assert.Equal(expected is null ? [] : [expected], found.Select(d => d.Id));
    }

    /// <summary>The assemblies of the runtime and those that this test uses itself.</summary>
    static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CallIntel.Sdk.Analyzers;

/// <summary>
/// Reports calls of CallIntel whose result has to be used: sequences that are never read, enumerators that keep a
/// connection, and reports of ingestions that nobody looks at.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SessionUsageAnalyzer : DiagnosticAnalyzer
{
    const string Namespace = "CallIntel.Sdk";
    const string Category = "Usage";

    static readonly DiagnosticDescriptor NeverRead = new(
        "CIA0001",
        "A sequence of a session is created and never read",
        "{0} does nothing until its result is enumerated; read it with await foreach",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: null
    );

    static readonly DiagnosticDescriptor NotDisposed = new(
        "CIA0002",
        "An enumerator of a session is not disposed",
        "The enumerator of {0} can hold a connection until it is disposed; declare it with await using, or use "
            + "await foreach",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: null
    );

    static readonly DiagnosticDescriptor ReportIgnored = new(
        "CIA0003",
        "The report of an ingestion is ignored",
        "{0} does not fail when records are rejected; look at the report, or discard it with _ =",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: null
    );

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(NeverRead, NotDisposed, ReportIgnored);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(ExamineStatement, OperationKind.ExpressionStatement);
        context.RegisterOperationAction(ExamineEnumerator, OperationKind.Invocation);
    }

    static void ExamineStatement(OperationAnalysisContext context)
    {
        IOperation expression = ((IExpressionStatementOperation)context.Operation).Operation;
        bool isAwaited = expression is IAwaitOperation;
        if (expression is IAwaitOperation await)
            expression = await.Operation;
        IInvocationOperation? call = expression as IInvocationOperation;
        if (isAwaited && call?.TargetMethod.Name == "ConfigureAwait")
            call = call.Instance as IInvocationOperation;
        if (call is null || !IsOfSdk(call.TargetMethod))
            return;
        if (!isAwaited && IsNamed(call.Type, "IAsyncEnumerable"))
            Report(context, NeverRead, call);
        else if (
            isAwaited
            && call.Type is INamedTypeSymbol { TypeArguments: { Length: 1 } results }
            && IsNamed(results[0], "IngestReport")
        )
            Report(context, ReportIgnored, call);
    }

    static void ExamineEnumerator(OperationAnalysisContext context)
    {
        IInvocationOperation call = (IInvocationOperation)context.Operation;
        if (
            call.TargetMethod.Name == "GetAsyncEnumerator"
            && call.Instance is IInvocationOperation source
            && IsOfSdk(source.TargetMethod)
            && !IsDisposed(call)
        )
            Report(context, NotDisposed, source);
    }

    /// <summary>
    /// Whether the value is declared by a using, or leaves the method, whose caller then has to dispose it.
    /// </summary>
    static bool IsDisposed(IOperation value)
    {
        for (IOperation? outer = value.Parent; outer is not null; outer = outer.Parent)
            switch (outer)
            {
                case IUsingOperation or IUsingDeclarationOperation or IReturnOperation:
                    return true;
                case IBlockOperation:
                    return false;
            }
        return false;
    }

    static bool IsOfSdk(IMethodSymbol method)
    {
        string name = method.ContainingNamespace.ToDisplayString();
        return name == Namespace || name.StartsWith(Namespace + ".", StringComparison.Ordinal);
    }

    static bool IsNamed(ITypeSymbol? type, string name) => type?.Name == name;

    static void Report(OperationAnalysisContext context, DiagnosticDescriptor rule, IInvocationOperation call) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, call.Syntax.GetLocation(), call.TargetMethod.Name));
}

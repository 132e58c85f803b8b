using BenchmarkDotNet.Running;
using CallIntel.Benchmarks.Scorecard;

// What needs a server:   dotnet run -c Release --project benchmarks/CallIntel.Benchmarks -- scorecard [suite ...] [--quick] [--check] [--json PATH]
// What runs in a process: dotnet run -c Release --project benchmarks/CallIntel.Benchmarks -- --filter '*'
if (args is ["scorecard", .. var rest])
    return await ScorecardRunner.RunAsync(rest);
BenchmarkSwitcher.FromAssembly(typeof(ScorecardRunner).Assembly).Run(args);
return 0;

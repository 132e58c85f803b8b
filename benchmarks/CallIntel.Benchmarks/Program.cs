using BenchmarkDotNet.Running;
using CallIntel.Benchmarks.Audit;
using CallIntel.Benchmarks.Ingestion;
using CallIntel.Benchmarks.Jobs;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.IntegrationTests.SubjectRequests;

// Figures that need a server:
//   dotnet run -c Release --project benchmarks/CallIntel.Benchmarks -- scorecard [SUITE ...] [--quick]; see --help
// Benchmarks of code that runs in one process:
//   dotnet run -c Release --project benchmarks/CallIntel.Benchmarks -- --filter '*'
if (args is ["scorecard", .. var rest])
    return await ScorecardRunner.RunAsync(rest);
if (args is [KillableClient.Verb, .. var client])
    return await KillableClient.MainAsync(client);
if (args is [KillableWorker.Verb, .. var worker])
    return await KillableWorker.MainAsync(worker);
if (args is [ReadingClient.Verb, .. var reader])
    return await ReadingClient.MainAsync(reader);
if (args is [ErasingWorker.Verb, ..])
    return await ErasingWorker.MainAsync(args);
BenchmarkSwitcher.FromAssembly(typeof(ScorecardRunner).Assembly).Run(args);
return 0;

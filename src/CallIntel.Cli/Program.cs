using CallIntel.Cli;

return await CommandLine.RunAsync(args).ConfigureAwait(false);

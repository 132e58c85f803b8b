namespace CallIntel.Sdk.Tenancy;

/// <summary>Runs the work of an operations tool for several orgs, whether or not it fails for one of them.</summary>
static class EachOrg
{
    /// <summary>Runs an action for each org, one after the other.</summary>
    /// <exception cref="CallIntelException">
    /// The action failed for an org. This is the first such exception; it is thrown after the action ran for all
    /// others.
    /// </exception>
    internal static async Task RunAsync(IEnumerable<Guid> orgs, Func<Guid, Task> action)
    {
        CallIntelException? first = null;
        foreach (Guid org in orgs)
            try
            {
                await action(org).ConfigureAwait(false);
            }
            catch (CallIntelException e)
            {
                first ??= e;
            }
        if (first is not null)
            throw first;
    }
}
